package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.uplink.connector.AwsAuthorizer;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.AwsShadow;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.MqttConnector;
import dev.sluice.gateway.uplink.connector.MqttForm;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A thing of AWS IoT Core; see the documentation of this package. */
public final class AwsIotConnector implements Connector {

  private static final int MQTT_PORT = 8883;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  /** Of one step of provisioning. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AwsIotOptions options;
  private final String uplink;
  private final ConnectorSite site;
  private final MqttConnector readings;
  private final ShadowMemory shadowMemory = new ShadowMemory();
  private final Reported reported;
  private final JobMemory jobMemory = new JobMemory();
  private final @Nullable Claim claim;

  /**
   * Touches no file yet.
   *
   * @param gateway id of the gateway
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the broker sees it
   */
  public AwsIotConnector(
      AwsIotOptions options,
      String gateway,
      String uplink,
      int maxMessageBytes,
      ConnectorSite site) {
    this.options = options;
    this.uplink = uplink;
    this.site = site;
    this.reported = new Reported(gateway, site.current(), site.offsets());
    MqttOptions form = options.readings();
    this.readings =
        new MqttConnector(
            new MqttForm(
                gateway,
                uplink,
                options.topic(),
                form.statusTopic(),
                form.deviceStatusTopic(),
                form.form(),
                form.compression(),
                form.retain(),
                maxMessageBytes),
            site.offsets(),
            site.current());
    this.claim = claim();
  }

  private @Nullable Claim claim() {
    Path state = site.state();
    if (options.provisioning() == null || state == null) {
      return null;
    }
    var file = new IdentityFile(state.resolve("aws-" + uplink + ".pem"));
    return new Claim(
        uplink, options.provisioning(), claimant(), file, site.time(), site.complaints());
  }

  /** Before it has a thing: as whom it asks for one. */
  private String claimant() {
    return options.clientId().isEmpty() ? options.thing() : options.clientId();
  }

  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    Vertx vertx = Vertx.currentContext().owner();
    Future<Conversation> words = readings.begin(stream, with);
    if (options.provisioning() == null) {
      try {
        AwsAuthorizer by = authorizer(with);
        return words.map(talk -> conversation(talk, vertx, options.thing(), by, with));
      } catch (LinkException e) {
        return Future.failedFuture(e);
      }
    }
    if (claim == null) {
      return Future.failedFuture(
          new LinkException(
              LinkFailure.NOT_PREPARED, "provisioning needs a directory for its state", null));
    }
    return claim
        .identity(vertx, claiming(with))
        .compose(
            own -> {
              String name = options.clientId().isEmpty() ? own.thing() : options.clientId();
              Login login = agreeing(Login.of(name, null, null)).showing(own.tls(with.tls()));
              return words.map(talk -> conversation(talk, vertx, own.thing(), login, null));
            });
  }

  /**
   * With its token, which may have changed; null for none.
   *
   * @throws LinkException if its file cannot be used
   */
  private @Nullable AwsAuthorizer authorizer(Credentials with) throws LinkException {
    AwsAuthorizer by = options.authorizer();
    if (by == null || !by.inFile()) {
      return by;
    }
    String file = with.password();
    AwsAuthorizer told = file == null ? null : by.told(file);
    if (told == null) {
      throw new LinkException(
          LinkFailure.PASSWORD_FILE,
          "tokenFile has not the token in its first line and the signature in its second",
          null);
    }
    return told;
  }

  /** With the configured certificate, or by an authorizer. */
  private Conversation conversation(
      Conversation talk, Vertx vertx, String thing, @Nullable AwsAuthorizer by, Credentials with) {
    if (by == null) {
      return conversation(talk, vertx, thing, agreeing(Login.of(claimant(), null, null)), null);
    }
    AwsAuthorizer configured = options.authorizer();
    boolean inFile = configured != null && configured.inFile();
    String password = inFile ? null : with.password();
    return conversation(
        talk,
        vertx,
        thing,
        agreeing(Login.of(claimant(), by.login(), password)),
        new Admission(by, password, site.complaints(), site.time()));
  }

  private Login agreeing(Login login) {
    String protocol = options.alpn();
    return protocol == null ? login : login.agreeing(protocol);
  }

  private MqttSettings claiming(Credentials with) {
    int port = options.url().getPort();
    var provisioning = options.provisioning();
    return new MqttSettings(
            options.url().getHost(),
            port > 0 ? port : MQTT_PORT,
            with.tls(),
            claimant(),
            null,
            null,
            KEEP_ALIVE,
            PATIENCE,
            PATIENCE,
            1,
            AwsIotOptions.MAX_MESSAGE_BYTES)
        .by(null, provisioning == null ? null : provisioning.proxy())
        .as(options.alpn(), false);
  }

  private Conversation conversation(
      Conversation talk, Vertx vertx, String thing, Login login, @Nullable Admission admission) {
    AwsShadow wanted = options.shadow();
    String topic = "$aws/things/" + thing;
    Shadow shadow =
        wanted == null
            ? null
            : new Shadow(
                uplink,
                topic + "/shadow" + (wanted.name().isEmpty() ? "" : "/name/" + wanted.name()),
                wanted.every(),
                shadowMemory,
                reported,
                site.requests(),
                site.complaints(),
                Turns.of(vertx, vertx.getOrCreateContext()));
    Jobs jobs =
        options.jobs()
            ? new Jobs(
                uplink,
                topic + "/jobs",
                jobMemory,
                site.requests(),
                site.complaints(),
                Turns.of(vertx, vertx.getOrCreateContext()))
            : null;
    return new AwsConversation(talk, login, admission, options.readings().retain(), shadow, jobs);
  }

  @Override
  public void close() {
    readings.close();
  }
}

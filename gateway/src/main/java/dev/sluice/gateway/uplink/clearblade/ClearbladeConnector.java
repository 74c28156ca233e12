package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.MqttConnector;
import dev.sluice.gateway.uplink.connector.MqttForm;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A device of Google Cloud IoT Core's contract; see the documentation of this package. */
public final class ClearbladeConnector implements Connector {

  /** Ignored by the platform, but it has to be there. */
  private static final String USERNAME = "unused";

  /** A token is used for this part of its life, less what is drawn of the tenth before it. */
  private static final double USED = 0.8;

  private static final double DRAWN = 0.1;

  private final Setting setting;
  private final MqttConnector messages;
  private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());

  /**
   * Touches no file yet; may block for the moment in which compression is loaded.
   *
   * @param gateway id of this gateway
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the platform sees it
   */
  public ClearbladeConnector(
      ClearbladeOptions options,
      String gateway,
      String uplink,
      int maxMessageBytes,
      ConnectorSite site) {
    var topics = new Topics(options, gateway);
    this.messages =
        new MqttConnector(
            new MqttForm(
                gateway,
                uplink,
                topics.eventsTemplate(options.attach()),
                "",
                options.form(),
                options.compression(),
                maxMessageBytes),
            site.offsets());
    this.setting =
        new Setting(
            new ClearbladeForm(options, gateway, uplink),
            site,
            topics,
            Memory.of(uplink, options, site, random));
  }

  /** Signs a token; the key is read again each time, so a changed file is used at once. */
  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    TimeSource time = setting.site().time();
    if (!time.trusted()) {
      String says = "it says " + time.instant() + " and is not synchronized; see clock.trust";
      return Future.failedFuture(new LinkException(LinkFailure.CLOCK_UNTRUSTED, says, null));
    }
    ClearbladeOptions options = setting.form().options();
    Context context = Vertx.currentContext();
    Future<Token> signed =
        context.executeBlocking(
            () -> {
              setting.memory().applied().load();
              return Token.sign(
                  DeviceKey.read(options.key()),
                  options.audience(),
                  time.instant(),
                  options.tokenLifetime());
            },
            false);
    return signed.compose(
        token -> messages.begin(stream, with).map(talk -> conversation(stream, token, talk)));
  }

  private Conversation conversation(String stream, Token token, Conversation talk) {
    Context context = Vertx.currentContext();
    Applied applied = setting.memory().applied();
    Login login =
        Login.of(setting.form().options().clientId(), USERNAME, token.text())
            .renewedAfter(usedFor(token));
    return new ClearbladeConversation(
        setting,
        stream,
        token,
        login,
        talk,
        Turns.of(context.owner(), context),
        (id, config) -> applied.put(id, config, context));
  }

  private Duration usedFor(Token token) {
    double part = USED - random.nextDouble() * DRAWN;
    return Duration.ofNanos((long) (token.lifetime().toNanos() * part));
  }

  @Override
  public void close() {
    messages.close();
  }
}

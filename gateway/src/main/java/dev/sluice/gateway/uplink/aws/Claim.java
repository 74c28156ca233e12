package dev.sluice.gateway.uplink.aws;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.AwsProvisioning;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Errand;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fleet provisioning by claim, in steps that can be gone on with after a power cut:
 *
 * <pre>
 *   key and CSR --> certificate and token --> on disk --> template --> thing --> on disk
 * </pre>
 *
 * <p>The key never leaves this machine. Of the context of the uplink; files and signing are not
 * done on it.
 */
final class Claim {

  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

  private static final String CREATE = "$aws/certificates/create-from-csr/json";
  private static final int MAX_DEPTH = 16;

  /** What the platform says of a token that is too old, or was used. */
  private static final String TOKEN_REFUSED = "InvalidCertificateOwnershipToken";

  /** Of one answer. */
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private final String uplink;
  private final AwsProvisioning options;
  private final String commonName;
  private final IdentityFile file;
  private final TimeSource time;
  private final Complaints complaints;
  private @Nullable Future<OwnIdentity> underWay;

  /**
   * None is asked for yet.
   *
   * @param commonName of the certificate, and of the thing where a template makes none: without a
   *     name there would be another certificate with each attempt
   */
  Claim(
      String uplink,
      AwsProvisioning options,
      String commonName,
      IdentityFile file,
      TimeSource time,
      Complaints complaints) {
    this.uplink = uplink;
    this.options = options;
    this.commonName = commonName;
    this.file = file;
    this.time = time;
    this.complaints = complaints;
  }

  /**
   * The identity that is there, or one that is asked for now. One at a time: who asks again while
   * it is under way waits for the same.
   *
   * @param settings of a connection with the claim certificate
   */
  Future<OwnIdentity> identity(Vertx vertx, MqttSettings settings) {
    Future<OwnIdentity> former = underWay;
    if (former != null) {
      return former;
    }
    Context context = vertx.getOrCreateContext();
    Future<OwnIdentity> now =
        blocking(context, file::load)
            .compose(
                found ->
                    found != null && found.isComplete()
                        ? Future.succeededFuture(found)
                        : ask(vertx, context, settings, found));
    underWay = now;
    now.onComplete(ignored -> underWay = null);
    return now;
  }

  private static <T extends @Nullable Object> Future<T> blocking(Context on, Callable<T> work) {
    return on.executeBlocking(work, false);
  }

  private Future<OwnIdentity> ask(
      Vertx vertx, Context context, MqttSettings settings, @Nullable OwnIdentity begun) {
    List<String> filters =
        List.of(
            CREATE + "/accepted",
            CREATE + "/rejected",
            template() + "/accepted",
            template() + "/rejected");
    return Errand.open(vertx, settings, time, filters)
        .compose(
            errand ->
                (begun == null ? certificate(context, errand) : Future.succeededFuture(begun))
                    .compose(issued -> thing(context, errand, issued))
                    .eventually(errand::close));
  }

  private String template() {
    return "$aws/provisioning-templates/" + options.template() + "/provision/json";
  }

  private record Drawn(String key, String request) {}

  private Future<OwnIdentity> certificate(Context context, Errand errand) {
    return blocking(
            context,
            () -> {
              var key = SigningRequest.key();
              return new Drawn(
                  SigningRequest.pem("PRIVATE KEY", key.getPrivate().getEncoded()),
                  SigningRequest.of(key, commonName));
            })
        .compose(
            drawn ->
                question(errand, CREATE, Map.of("certificateSigningRequest", drawn.request()))
                    .compose(
                        answer -> {
                          var issued =
                              new OwnIdentity(
                                  drawn.key(),
                                  Json.text(answer, "certificatePem"),
                                  Json.text(answer, "certificateOwnershipToken"),
                                  "");
                          return kept(context, issued);
                        }));
  }

  private Future<OwnIdentity> kept(Context context, OwnIdentity identity) {
    if (OwnIdentity.of(identity.file()) == null) {
      return Future.failedFuture(
          new LinkException(
              LinkFailure.NOT_PREPARED, "the platform issued no certificate in PEM", null));
    }
    return blocking(
        context,
        () -> {
          file.store(identity);
          return identity;
        });
  }

  private Future<OwnIdentity> thing(Context context, Errand errand, OwnIdentity issued) {
    var body = new TreeMap<String, Object>();
    body.put("certificateOwnershipToken", issued.token());
    body.put("parameters", options.parameters());
    return question(errand, template(), body)
        .recover(
            error ->
                String.valueOf(error.getMessage()).contains(TOKEN_REFUSED)
                    ? blocking(context, this::begunAnew)
                        .transform(done -> Future.failedFuture(error))
                    : Future.failedFuture(error))
        .compose(
            answer -> {
              String made = Json.text(answer, "thingName");
              OwnIdentity complete = issued.as(made.isEmpty() ? commonName : made);
              LOG.atInfo()
                  .addKeyValue("uplink", uplink)
                  .addKeyValue("thing", complete.thing())
                  .addKeyValue("configuration", Json.map(answer, "deviceConfiguration").keySet())
                  .log("provisioned: key and certificate of its own");
              return kept(context, complete);
            });
  }

  /** For this certificate there will be no thing: the next attempt asks for another. */
  private boolean begunAnew() throws java.io.IOException {
    file.remove();
    return true;
  }

  /** Asks, and reads the answer; one that refuses is a failure that says what the platform said. */
  private Future<Map<String, Object>> question(
      Errand errand, String topic, Map<String, Object> body) {
    var publication = new Publication(topic, Documents.write(body), false);
    return errand
        .ask(publication, message -> message.topic().startsWith(topic + "/"), WITHIN)
        .compose(answer -> read(topic, answer));
  }

  private Future<Map<String, Object>> read(String topic, Incoming answer) {
    String what = topic.equals(CREATE) ? "certificate" : "template " + options.template();
    try {
      Map<String, Object> body = Documents.read(answer.payload(), MAX_DEPTH);
      if (answer.topic().equals(topic + "/accepted")) {
        return Future.succeededFuture(body);
      }
      String code = body.get("statusCode") + " " + Json.text(body, "errorCode");
      String why = Json.text(body, "errorMessage");
      complaints.add("provisioning_rejected", what, code + " " + why);
      return Future.failedFuture(
          new LinkException(
              LinkFailure.NOT_PREPARED,
              "provisioning refused, " + what + ": " + code + " " + why,
              null));
    } catch (DocumentException e) {
      return Future.failedFuture(
          new LinkException(
              LinkFailure.NOT_PREPARED, "provisioning, " + what + ": " + e.getMessage(), e));
    }
  }
}

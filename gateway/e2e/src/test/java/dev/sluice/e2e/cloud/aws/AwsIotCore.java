package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Journal;
import dev.sluice.e2e.cloud.Loopback;
import dev.sluice.e2e.cloud.Received;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An account that runs, from the side of its cloud: what arrived, and what can be sent down. Its
 * methods may be called from any thread; the name of a shadow is empty for the classic one.
 */
public final class AwsIotCore implements AutoCloseable {

  private static final String CERTIFICATE = "iot";
  private static final String ALPN_DOOR = "alpn";

  private final String endpoint;
  private final String address = Loopback.take();
  private final TestPki pki;
  private final AwsIot rules;
  private final Emulation emulation;

  private AwsIotCore(String endpoint, TestPki pki) {
    this.endpoint = endpoint;
    this.pki = pki;
    this.rules = new AwsIot(endpoint, pki);
    pki.server(CERTIFICATE, List.of(endpoint));
    var mqtt = new Door("mqtt", address, Door.MQTT_PORT, pki, CERTIFICATE, List.of());
    var alpn = new Door(ALPN_DOOR, address, 0, pki, CERTIFICATE, List.of("x-amzn-mqtt-ca", "mqtt"));
    this.emulation = Emulation.start(rules, List.of(mqtt, alpn));
    rules.through(emulation);
  }

  /** Starts one under its full host name, like {@code x-ats.iot.eu-west-1.amazonaws.com}. */
  public static AwsIotCore start(String endpoint, TestPki pki) {
    return new AwsIotCore(endpoint, pki);
  }

  public String endpoint() {
    return endpoint;
  }

  /** Where the endpoint leads. */
  public String address() {
    return address;
  }

  /** The port that stands for 443: it takes nobody without ALPN. */
  public int alpnPort() {
    return emulation.port(ALPN_DOOR);
  }

  /** Connections, raw messages, endings, faults. */
  public Emulation emulation() {
    return emulation;
  }

  /** Registers and activates a certificate, by its name in the PKI; the thing may be empty. */
  public void register(String certificate, String thing, Policy policy) {
    rules.registry().activate(Certificates.read(pki.certificate(certificate)), thing, policy);
  }

  /** A connection that stands goes on; the next one is refused in TLS. */
  public void deactivate(String certificate) {
    rules.registry().deactivate(Certificates.read(pki.certificate(certificate)));
  }

  public void add(Authorizer authorizer) {
    rules.registry().add(authorizer);
  }

  public void add(Template template) {
    call(
        () -> {
          rules.fleet().add(template);
          return null;
        });
  }

  /** What went to rules past the broker. */
  public Journal<Ingested> ingested() {
    return rules.ingested();
  }

  /** What was above 100 messages or 512 KiB a second; a client that paces itself has none. */
  public Journal<Received> throttled() {
    return rules.throttled();
  }

  /** Publishes from the side of the cloud. */
  public void publish(String topic, byte[] payload) {
    call(
        () -> {
          rules.out().publish(topic, payload, 1);
          return null;
        });
  }

  /** The document of a shadow; empty when there is none. */
  public Optional<JsonObject> shadow(String thing, String name) {
    return call(
        () -> {
          Shadow shadow = rules.shadows().shadow(Shadows.prefix(thing, name));
          return shadow.exists() ? Optional.of(shadow.document()) : Optional.empty();
        });
  }

  /**
   * Changes what is desired of a thing, which tells it the delta if there is one.
   *
   * @return the new version
   */
  public long desire(String thing, String name, JsonObject desired) {
    var body = new JsonObject().put("state", new JsonObject().put(Shadow.DESIRED, desired));
    return call(
        () -> {
          try {
            return rules.shadows().update(Shadows.prefix(thing, name), body, null);
          } catch (ShadowException e) {
            throw new IllegalArgumentException(e.code() + " " + e.getMessage(), e);
          }
        });
  }

  public void queueJob(String thing, String jobId, JsonObject document) {
    queueJob(thing, jobId, document.encode());
  }

  /** The same with a document as it was uploaded, whatever is in it. */
  public void queueJob(String thing, String jobId, String document) {
    call(
        () -> {
          rules.jobs().add(thing, jobId, document);
          return null;
        });
  }

  public void cancelJob(String thing, String jobId) {
    call(
        () -> {
          rules.jobs().cancel(thing, jobId);
          return null;
        });
  }

  /** A job as the cloud has it; empty when there is none of this id. */
  public Optional<JsonObject> job(String thing, String jobId) {
    return call(() -> rules.jobs().queue(thing).get(jobId).map(job -> job.describe(true)));
  }

  private <T> T call(Supplier<T> task) {
    return emulation.call(task);
  }

  @Override
  public void close() {
    emulation.close();
  }
}

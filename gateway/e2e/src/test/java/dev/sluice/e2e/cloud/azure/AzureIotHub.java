package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Journal;
import dev.sluice.e2e.cloud.Loopback;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A hub that runs, from the side of its cloud: what arrived, and what can be sent down. Its methods
 * may be called from any thread.
 */
public final class AzureIotHub implements AutoCloseable {

  private static final String CERTIFICATE = "hub";

  private final String host;
  private final String address = Loopback.take();
  private final Devices devices = new Devices();
  private final Journal<Telemetry> telemetry = Journal.of("telemetry");
  private final IotHub rules;
  private final Emulation emulation;
  private volatile boolean basic;

  private AzureIotHub(String host, TestPki pki, Clock clock) {
    this.host = host;
    this.rules = new IotHub(this, new HubLogin(host, devices, clock));
    pki.server(CERTIFICATE, List.of(host));
    var door = new Door("mqtt", address, Door.MQTT_PORT, pki, CERTIFICATE, List.of());
    var web =
        new Door("web", address, Door.WEB_PORT, pki, CERTIFICATE, List.of(), IotHub.WEB_SOCKET);
    this.emulation = Emulation.start(rules, List.of(door, web));
  }

  /** Starts one under its full host name, like {@code myhub.azure-devices.net}. */
  public static AzureIotHub start(String host, TestPki pki) {
    return new AzureIotHub(host, pki, Clock.systemUTC());
  }

  /** The same with a clock of its own; a device whose clock is wrong sees one that is. */
  public static AzureIotHub start(String host, TestPki pki, Clock clock) {
    return new AzureIotHub(host, pki, clock);
  }

  public String host() {
    return host;
  }

  /** Where the host name leads. */
  public String address() {
    return address;
  }

  public Devices devices() {
    return devices;
  }

  /** From now on it is of the tier that sends nothing down. */
  public void becomeBasic() {
    basic = true;
  }

  /**
   * Its throttle of device-to-cloud sends, as far as other devices leave it.
   *
   * @param atOnce how many more it takes at once before it begins to shape
   * @param waiting how many may wait for their turn before it closes
   */
  public void throttle(double perSecond, int atOnce, int waiting) {
    limit(allowance -> allowance.throttle(perSecond, atOnce, waiting));
  }

  /** What is left of its daily quota, in blocks of 4 KiB; 0 until the next day begins. */
  public void leftOfTheDay(long blocks) {
    limit(allowance -> allowance.left(blocks));
  }

  /** It takes no larger message; an IoT Edge gateway in front of it may have a limit of its own. */
  public void largestMessage(int bytes) {
    limit(allowance -> allowance.largest(bytes));
  }

  private void limit(Consumer<Allowance> change) {
    emulation.call(
        () -> {
          change.accept(rules.allowance());
          return null;
        });
  }

  boolean isBasic() {
    return basic;
  }

  /** Messages of the devices as the hub's consumers get them. */
  public Journal<Telemetry> telemetry() {
    return telemetry;
  }

  /** Connections, raw messages, endings, faults. */
  public Emulation emulation() {
    return emulation;
  }

  /** The whole twin of a device. */
  public JsonObject twin(String device) {
    return emulation.call(() -> rules.twins().twin(device).document());
  }

  /**
   * Changes the desired properties of a device; it is told if it is connected.
   *
   * @return the new {@code $version}
   */
  public long desire(String device, JsonObject patch) {
    return emulation.call(() -> rules.twins().desire(device, emulation.client(device), patch));
  }

  /** The next request to any twin fails with this status. */
  public void failNextTwinRequest(int status) {
    emulation.call(
        () -> {
          rules.twins().failNext(status);
          return null;
        });
  }

  /** Calls a direct method; fails when the device does not listen or not answer in time. */
  public CompletableFuture<MethodAnswer> call(
      String device, String method, String body, Duration limit) {
    return emulation.call(
        () -> rules.methods().call(emulation.client(device), method, body, limit));
  }

  /**
   * Sends a message to a device, now or when it comes.
   *
   * @param properties system properties with their {@code $.}; an id is added
   * @return completes when the device has acknowledged it
   */
  public CompletableFuture<Void> send(String device, Map<String, String> properties, String body) {
    var all = new LinkedHashMap<String, String>();
    all.put("$.mid", UUID.randomUUID().toString());
    all.put("$.to", "/devices/" + device + "/messages/devicebound");
    all.putAll(properties);
    String topic = "devices/" + device + "/messages/devicebound/" + PropertyBag.encode(all);
    return emulation.call(
        () -> {
          Mailbox mailbox = rules.mailbox(device);
          var done = mailbox.put(topic, body.getBytes(StandardCharsets.UTF_8));
          emulation
              .client(device)
              .filter(client -> client.subscriptions().contains(IotHub.inbox(device)))
              .ifPresent(mailbox::deliver);
          return done;
        });
  }

  void arrived(Telemetry message) {
    telemetry.add(message);
  }

  void later(long millis, Runnable task) {
    emulation.vertx().setTimer(millis, ignored -> task.run());
  }

  @Override
  public void close() {
    emulation.close();
  }
}

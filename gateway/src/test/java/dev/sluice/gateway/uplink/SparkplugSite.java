package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.normalize.Blocks;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.sparkplug.StrictHost;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * An Edge Node at a mosquitto, with devices of one counter each, under the eyes of a strict host.
 */
final class SparkplugSite implements AutoCloseable {

  static final List<Column> COLUMNS = List.of(Column.of("count", "", ValueType.UINT32, 0));

  final FakeOutbox outbox = new FakeOutbox();
  final CurrentValues current = new CurrentValues();
  final StrictHost strict = new StrictHost("plant", "edge-1");
  final Vertx vertx = Vertx.vertx();
  private final Path directory;
  private final Commands commands;
  private final String primaryHost;
  Duration hostWait = Duration.ofSeconds(10);
  List<URI> alternates = List.of();
  private final RealBroker broker;
  private UplinkVerticle uplink;
  private String deployment = "";
  private long count;

  SparkplugSite(Path directory, String primaryHost, Commands commands) throws Exception {
    this.directory = directory;
    this.primaryHost = primaryHost;
    this.commands = commands;
    this.broker = RealBroker.start(directory);
    subscribe();
  }

  int port() {
    return broker.port();
  }

  private void subscribe() throws Exception {
    var client =
        MqttClient.create(
            vertx, new MqttClientOptions().setMaxMessageSize(1 << 20).setClientId("strict"));
    client.publishHandler(
        message -> {
          String topic = message.topicName();
          if (!topic.contains("/STATE/") && !topic.contains("CMD/")) {
            strict.accept(
                topic,
                message.payload().getBytes(),
                message.qosLevel().value(),
                message.isRetain());
          }
        });
    await(client.connect(broker.port(), "127.0.0.1"));
    await(client.subscribe("spBv1.0/#", MqttQoS.AT_LEAST_ONCE.value()));
  }

  /** Publishes as somebody else. */
  void publish(String topic, byte[] payload, boolean retained) throws Exception {
    var client = MqttClient.create(vertx, new MqttClientOptions().setClientId("somebody"));
    await(client.connect(broker.port(), "127.0.0.1"));
    await(
        client.publish(
            topic,
            io.vertx.core.buffer.Buffer.buffer(payload),
            MqttQoS.AT_MOST_ONCE,
            false,
            retained));
    await(client.disconnect());
  }

  void start() throws Exception {
    start(broker.port());
  }

  void start(int port) throws Exception {
    var options =
        new UplinkOptions(
            "cloud",
            "edge-1",
            new SparkplugOptions(
                "plant",
                "edge-1",
                primaryHost,
                hostWait,
                true,
                Duration.ofMillis(200),
                Duration.ofMinutes(5)),
            link(port, alternates),
            5,
            FlowOptions.DEFAULTS);
    uplink =
        new UplinkVerticle(
            options,
            outbox,
            () -> "S1",
            outbox::append,
            null,
            BareSite.of(ClockOffsets.NONE, current, commands, directory.resolve("state")),
            new Monotonic(),
            Seed.random());
    deployment = await(vertx.deployVerticle(uplink));
  }

  private static LinkOptions link(int port, List<URI> alternates) {
    return new LinkOptions(
        URI.create("tcp://127.0.0.1:" + port),
        "edge-1",
        null,
        null,
        null,
        null,
        64,
        4 << 20,
        128 << 10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofSeconds(20),
        new Reach(alternates, null, false));
  }

  void stop() throws Exception {
    await(vertx.undeploy(deployment));
  }

  /** Between two things that the uplink does: its figures are of one moment. */
  UplinkStats stats() {
    try {
      return outbox.after(uplink::stats);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  void stopBroker() {
    broker.kill();
  }

  void restartBroker() throws Exception {
    broker.again();
    subscribe();
  }

  void device(String id, boolean up) {
    long now = System.currentTimeMillis();
    current.state(id, COLUMNS, up, up ? "" : "timeout", Moment.trusted(now));
    byte[] record = new DeviceStateRecord(id, now, true, up, up ? "" : "timeout").encode();
    outbox.append(RecordKind.DEVICE_STATE, record, 0);
  }

  /** The next value of a device: numbers from 1 without holes, over all devices. */
  long read(String device) {
    long value = ++count;
    long now = System.currentTimeMillis();
    var reading = new Blocks.One(0, value, 0, "", Quality.GOOD);
    current.values(device, COLUMNS, Blocks.of(List.of(reading)), Moment.trusted(now));
    byte[] payload =
        new DataRecords().column("count", ValueType.UINT32).row(device, now, value).payload();
    outbox.append(RecordKind.DATA, payload, 1);
    return value;
  }

  long read(String device, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      read(device);
      TimeUnit.MILLISECONDS.sleep(1); // so that times differ, as those of polls do
    }
    return count;
  }

  /** Values from 1 to the highest that did not arrive. */
  long missing() {
    return missing(strict);
  }

  /** The same, of what some hosts have together. */
  long missing(StrictHost... hosts) {
    long found =
        Stream.of(hosts)
            .flatMap(host -> host.readings().stream())
            .filter(reading -> reading.metric().equals("count") && reading.value() != null)
            .map(StrictHost.Reading::value)
            .distinct()
            .count();
    return count - found;
  }

  static void until(String what, BooleanSupplier condition) throws Exception {
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // nobody tells when a state has changed
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  static <T> T await(io.vertx.core.Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    broker.close();
  }
}

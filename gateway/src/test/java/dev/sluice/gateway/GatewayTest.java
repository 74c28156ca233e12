package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.testkit.HeldPort;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole gateway in one process, with devices and a broker that are scripts of this test. */
@ExtendWith(VertxExtension.class)
class GatewayTest {

  private static final long PATIENCE_SECONDS = 20;

  @TempDir Path directory;

  private final Map<String, CountingDevice> devices = new ConcurrentHashMap<>();
  private final DriverCatalog drivers = DriverCatalog.load();
  private Vertx vertx;
  private Gateway gateway;

  @BeforeEach
  void start(Vertx injected) {
    vertx = injected;
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      await(gateway.stop());
    }
  }

  @Test
  void linesDevicesAndUplinksComeAndGoWhileAnotherDeviceMissesNothing() throws Exception {
    var first = new Broker();
    var second = new Broker();
    run(config(List.of("steady", "leaving"), Map.of("one", first)));
    first.awaitReading("steady");
    first.awaitReading("leaving");

    await(
        gateway.apply(
            load(config(List.of("steady", "coming"), Map.of("one", first, "two", second)))));

    first.awaitReading("coming");
    second.awaitReading("coming");
    assertThat(gateway.lines()).extracting(line -> line.id()).containsExactly("coming", "steady");
    assertThat(devices.get("steady").connections).hasValue(1);
    assertThat(first.connections).hasValue(1);
    first.awaitReading("steady");
    assertConsecutive(first.counters("steady"));

    await(gateway.apply(load(config(List.of("steady", "coming"), Map.of("two", second)))));
    assertThat(gateway.uplinks()).extracting(uplink -> uplink.id()).containsExactly("two");
    int before = second.counters("steady").size();
    while (second.counters("steady").size() < before + 3) {
      second.awaitReading("steady");
    }
    assertThat(second.connections).hasValue(1);
  }

  /** What lies there is of another version, letters too. */
  @Test
  void inTheOutboxOfANewerVersionItsLettersAreLeftAlone() throws Exception {
    var broker = new Broker();
    String yaml = config(List.of("meter"), Map.of("one", broker));
    GatewayConfig config = load(yaml);
    Vertx former = Vertx.vertx();
    Gateway before = await(Gateway.start(former, config, drivers, new SystemClock(config.clock())));
    broker.awaitReading("meter");
    await(before.stop());
    await(former.close());
    Path outbox = config.outbox().directory();
    makeNewer(outbox);
    Path beside = outbox.resolveSibling(outbox.getFileName() + "-format-1");
    for (Path dead : List.of(outbox.resolve("dead"), beside.resolve("dead"))) {
      Files.createDirectories(dead);
      Files.writeString(dead.resolve("0000000001-00000000000000000005.letter"), "a letter");
    }
    Path other = outbox.resolve("dead").resolve("0000000002-00000000000000000006.letter");
    Files.writeString(other, "one more");

    run(yaml);

    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (gateway.deadLetters().letters() == 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(10); // counted beside the start, and nobody is told
    }
    assertThat(gateway.storage().directory()).isEqualTo(beside.toString());
    assertThat(gateway.deadLetters().letters()).isEqualTo(1);
  }

  private static void makeNewer(Path outbox) throws Exception {
    try (var files = Files.list(outbox)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".seg")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[11]++;
        var sum = new CRC32C();
        sum.update(bytes, 0, 12);
        ByteBuffer.wrap(bytes).putInt(12, (int) sum.getValue());
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void anEqualConfigurationChangesNothing() throws Exception {
    var broker = new Broker();
    String yaml = config(List.of("meter"), Map.of("one", broker));
    run(yaml);
    broker.awaitReading("meter");

    for (int i = 0; i < 20; i++) {
      await(gateway.apply(load(yaml)));
    }

    broker.awaitReading("meter");
    assertThat(devices.get("meter").connections).hasValue(1);
    assertThat(broker.connections).hasValue(1);
    assertConsecutive(broker.counters("meter"));
  }

  @Test
  void anUplinkThatCameWhenALineChangedStaysWhenThatLineGoes() throws Exception {
    var first = new Broker();
    var second = new Broker();
    run(config(List.of("leaving"), Map.of("one", first)));
    String changed = config(List.of("leaving"), Map.of("one", first, "two", second));
    await(gateway.apply(load(changed.replace("every: 100ms", "every: 50ms"))));
    second.awaitReading("leaving");

    await(gateway.apply(load(config(List.of("coming"), Map.of("one", first, "two", second)))));

    second.awaitReading("coming");
    assertThat(second.connections).hasValue(1);
  }

  @Test
  void whatOnlyARestartCanChangeIsRefusedAndTheGatewayGoesOn() throws Exception {
    var broker = new Broker();
    String yaml = config(List.of("meter"), Map.of("one", broker));
    run(yaml);
    broker.awaitReading("meter");

    assertThatThrownBy(() -> await(gateway.apply(load(yaml.replace("id: plant", "id: other")))))
        .hasMessageContaining("changes only with a restart: gateway; nothing was changed");

    broker.awaitReading("meter");
    assertThat(devices.get("meter").connections).hasValue(1);
  }

  @Test
  @Timeout(60)
  void aDeviceAndABrokerThatAreNotThereDoNotStopTheGatewayFromStarting() throws Exception {
    try (var brokerPort = HeldPort.take();
        var devicePort = HeldPort.take()) {
      var broker = new Broker(brokerPort.port());
      var device = new CountingDevice(devicePort.port());
      devices.put("meter", device);
      String yaml = config(List.of("meter"), Map.of("one", broker));
      await(device.server.close());
      await(broker.server.close());

      run(yaml);
      while (gateway.lines().get(0).connectFailures() == 0
          || gateway.uplinks().get(0).failures().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5); // a snapshot tells no one that it changed
      }
      await(device.listen(device.port));
      broker.listen(brokerPort.port());

      broker.awaitReading("meter");
    }
  }

  private void run(String yaml) throws Exception {
    GatewayConfig config = load(yaml);
    gateway = await(Gateway.start(vertx, config, drivers, new SystemClock(config.clock())));
  }

  private GatewayConfig load(String yaml) throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), yaml);
    return new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file).config();
  }

  private String config(List<String> names, Map<String, Broker> brokers) throws Exception {
    var lines = new StringBuilder("lines:\n");
    var all = new StringBuilder("devices:\n");
    for (String name : names) {
      CountingDevice device = devices.get(name);
      if (device == null) {
        device = new CountingDevice();
        devices.put(name, device);
      }
      lines.append(
          "  %s: { driver: text, tcp: { host: 127.0.0.1, port: %d } }\n"
              .formatted(name, device.port));
      all.append(
          """
            %s:
              line: %s
              every: 100ms
              request: "R\\n"
              pattern: "(?<count>[0-9]+)"
              points: { counter: { group: count, type: int64 } }
          """
              .formatted(name, name));
    }
    var uplinks = new StringBuilder("uplinks:\n");
    brokers.forEach(
        (name, broker) ->
            uplinks.append(
                "  %s: { connector: mqtt, url: \"tcp://127.0.0.1:%d\", topic: readings }\n"
                    .formatted(name, broker.port())));
    return "gateway: { id: plant, directory: \""
        + directory
        + "\" }\nclock: { trust: always }\nbatch: { linger: 50ms }\n"
        + lines
        + all
        + uplinks;
  }

  private static void assertConsecutive(List<Long> counters) {
    var expected = new ArrayList<Long>();
    for (int i = 0; i < counters.size(); i++) {
      expected.add(counters.get(0) + i);
    }
    assertThat(counters).isEqualTo(expected);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Answers each line with how often it was asked. */
  private final class CountingDevice {

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger asked = new AtomicInteger();
    NetServer server;
    int port;

    CountingDevice() throws Exception {
      this(0);
    }

    CountingDevice(int onPort) throws Exception {
      await(listen(onPort));
    }

    Future<NetServer> listen(int onPort) {
      server =
          vertx
              .createNetServer()
              .connectHandler(
                  socket -> {
                    connections.incrementAndGet();
                    socket.handler(request -> socket.write(asked.incrementAndGet() + "\n"));
                  });
      return server.listen(onPort, "127.0.0.1").onSuccess(open -> port = open.actualPort());
    }
  }

  /** Acknowledges everything and keeps the readings. */
  private final class Broker {

    final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();
    private final Map<String, List<Long>> counters = new ConcurrentHashMap<>();
    MqttServer server;

    Broker() throws Exception {
      this(0);
    }

    Broker(int port) throws Exception {
      listen(port);
    }

    void listen(int port) throws Exception {
      server =
          MqttServer.create(vertx, new MqttServerOptions().setMaxMessageSize(1 << 20))
              .endpointHandler(
                  client -> {
                    connections.incrementAndGet();
                    client.publishAutoAck(false);
                    client.publishHandler(
                        message -> {
                          if (message.topicName().equals("readings")) {
                            keep(message.payload().toJsonObject());
                          }
                          if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
                            client.publishAcknowledge(message.messageId());
                          }
                        });
                    client.accept(false);
                  });
      await(server.listen(port, "127.0.0.1"));
    }

    int port() {
      return server.actualPort();
    }

    private void keep(JsonObject message) {
      JsonObject byDevice = message.getJsonObject("devices", new JsonObject());
      for (String device : byDevice.fieldNames()) {
        JsonArray rows = byDevice.getJsonArray(device);
        for (int i = 0; i < rows.size(); i++) {
          JsonObject values = rows.getJsonObject(i).getJsonObject("v", new JsonObject());
          if (values.containsKey("counter")) {
            counters
                .computeIfAbsent(device, id -> new java.util.concurrent.CopyOnWriteArrayList<>())
                .add(values.getLong("counter"));
            arrivals.add(device);
          }
        }
      }
    }

    List<Long> counters(String device) {
      return List.copyOf(counters.getOrDefault(device, List.of()));
    }

    void awaitReading(String device) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (System.nanoTime() - end < 0) {
        if (device.equals(arrivals.poll(100, TimeUnit.MILLISECONDS))) {
          return;
        }
      }
      throw new AssertionError("no reading of " + device + " within " + PATIENCE_SECONDS + " s");
    }
  }
}

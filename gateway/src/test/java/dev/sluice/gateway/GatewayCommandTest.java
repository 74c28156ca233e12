package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.SeededRandom;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.command.WriteOutcome;
import dev.sluice.gateway.command.WriteOutcome.Result;
import dev.sluice.gateway.command.WriteRequest;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From a request of an uplink to the bytes at a Modbus slave, and back to the broker. */
@ExtendWith(VertxExtension.class)
class GatewayCommandTest {

  private static final long PATIENCE_SECONDS = 20;
  private static final int RANDOM_COMMANDS = Boolean.getBoolean("sluice.long") ? 100_000 : 600;

  @TempDir Path directory;

  private final BlockingQueue<Object> setpoints = new LinkedBlockingQueue<>();
  private final DriverCatalog drivers = DriverCatalog.load();
  private Vertx home = Vertx.vertx();
  private Vertx vertx;
  private ModbusSlave slave;
  private int broker;
  private Gateway gateway;

  @BeforeEach
  void start(Vertx injected) throws Exception {
    vertx = injected;
    slave = new ModbusSlave(vertx);
    await(slave.listen());
    var options = new MqttServerOptions().setMaxMessageSize(1 << 20);
    MqttServer server =
        MqttServer.create(vertx, options)
            .endpointHandler(
                client -> {
                  client.publishAutoAck(false);
                  client.publishHandler(
                      message -> {
                        keep(message.payload().toJsonObject());
                        if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
                          client.publishAcknowledge(message.messageId());
                        }
                      });
                  client.accept(false);
                });
    await(server.listen(0, "127.0.0.1"));
    broker = server.actualPort();
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      await(gateway.stop());
    }
    await(home.close());
  }

  private void run(boolean writable) throws Exception {
    run(writable, "10s");
  }

  private void run(boolean writable, String timeout) throws Exception {
    String yaml =
        """
        gateway: { id: plant, directory: "%s" }
        clock: { trust: always }
        batch: { linger: 20ms }
        commands: { rate: 1000, pending: 1000 }
        lines:
          plc: { driver: modbus, tcp: { host: 127.0.0.1, port: %d } }
        devices:
          boiler:
            line: plc
            every: 1s
            timeout: %5$s
            points:
              setpoint: { at: holding 10, type: int16, scale: 0.5, min: 0, max: 60, deadband: 1000, writable: %3$s }
              burner: { at: coil 3, type: bool, writable: %3$s }
              shown: { at: holding 11, type: int16 }
        uplinks:
          cloud: { connector: mqtt, url: "tcp://127.0.0.1:%4$d", topic: readings, commands: true }
          deaf: { connector: mqtt, url: "tcp://127.0.0.1:%4$d", topic: others }
        """
            .formatted(directory, slave.port(), writable, broker, timeout);
    Path file = Files.writeString(directory.resolve("sluice.yaml"), yaml);
    GatewayConfig config =
        new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file).config();
    gateway = await(Gateway.start(home, config, drivers, new SystemClock(config.clock())));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (gateway.lines().isEmpty() || !gateway.lines().get(0).connected()) {
      assertThat(System.nanoTime() - end).as("not connected in time").isNegative();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void keep(JsonObject message) {
    JsonArray rows = message.getJsonObject("devices", new JsonObject()).getJsonArray("boiler");
    for (int i = 0; rows != null && i < rows.size(); i++) {
      Object value =
          rows.getJsonObject(i).getJsonObject("v", new JsonObject()).getValue("setpoint");
      if (value != null) {
        setpoints.add(value);
      }
    }
  }

  private WriteOutcome write(String id, String point, Object value) throws Exception {
    return await(gateway.desk().write(new WriteRequest("cloud", id, 0, "boiler", point, value)));
  }

  private Object nextSetpoint() throws InterruptedException {
    return setpoints.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aWriteArrivesOnceAndWhatIsReadBackIsPublishedAlsoWithinItsDeadband() throws Exception {
    run(true);
    assertThat(nextSetpoint()).isEqualTo(0.0);
    assertThat(nextSetpoint()).as("by the other uplink").isEqualTo(0.0);

    assertThat(write("1", "setpoint", new BigDecimal("21.5")).result()).isEqualTo(Result.DONE);
    assertThat(write("1", "setpoint", new BigDecimal("22.5")).result()).isEqualTo(Result.REFUSED);

    assertThat(nextSetpoint()).isEqualTo(21.5);
    assertThat(slave.writes).containsExactly("fc6 10=43");
    assertThat(slave.registers.get(10)).isEqualTo(43);

    await(gateway.stop());
    await(home.close());
    home = Vertx.vertx();
    run(true);
    assertThat(write("1", "setpoint", new BigDecimal("23.5")).result()).isEqualTo(Result.REFUSED);
    assertThat(slave.writes).as("after a restart").containsExactly("fc6 10=43");
  }

  @Test
  void aWriteWithoutAnAnswerIsUnknownAndNotSentAgain() throws Exception {
    run(true, "300ms");
    nextSetpoint();
    slave.mute = true;

    WriteOutcome outcome = write("1", "burner", true);

    assertThat(outcome.result()).isEqualTo(Result.UNKNOWN);
    assertThat(outcome.detail()).contains("whether the device did it is not known");
    slave.mute = false;
    assertThat(write("1", "burner", true).result()).isEqualTo(Result.REFUSED);
    assertThat(slave.writes).containsExactly("fc5 3=-256");
  }

  /** Whatever is asked, only what the owner opened comes out, and each of it once. */
  @Test
  void ofRandomCommandsNoneWritesWhatIsNotListed() throws Exception {
    run(true);
    var random = SeededRandom.create("random commands");
    var all = new ArrayList<Future<WriteOutcome>>();
    for (int i = 0; i < RANDOM_COMMANDS; i++) {
      all.add(gateway.desk().write(randomRequest(random, i)));
      if (i % 200 == 199) {
        await(Future.all(all.subList(i - 199, i + 1)));
      }
    }
    await(Future.all(all));

    long done = all.stream().filter(one -> one.result().result() == Result.DONE).count();
    assertThat(done).as("some went through").isPositive();
    assertThat(all).as("some did not").anyMatch(one -> one.result().result() == Result.REFUSED);
    assertThat(slave.writes).hasSize((int) done);
    for (String written : slave.writes) {
      assertThat(written).matches("fc6 10=\\d+|fc5 3=(0|-256)");
      if (written.startsWith("fc6")) {
        assertThat(Integer.parseInt(written.substring(7))).isBetween(0, 120);
      }
    }
  }

  /** Nothing is open that the owner did not open. */
  @Test
  void withoutAWritablePointNothingCanBeWritten() throws Exception {
    run(false);
    var random = SeededRandom.create("nothing writable");
    var all = new ArrayList<Future<WriteOutcome>>();
    for (int i = 0; i < 300; i++) {
      all.add(gateway.desk().write(randomRequest(random, i)));
    }
    await(Future.all(all));

    assertThat(all).allMatch(one -> one.result().result() == Result.REFUSED);
    assertThat(slave.writes).isEmpty();
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static WriteRequest randomRequest(Random random, int number) {
    return new WriteRequest(
        pick(random, List.of("cloud", "cloud", "cloud", "deaf", "", "x")),
        pick(random, List.of("", "again", "id-" + number)),
        pick(random, List.of(0L, 0L, 1L, Long.MAX_VALUE, -1L)),
        pick(random, List.of("boiler", "boiler", "boiler", "kettle", "")),
        pick(random, List.of("setpoint", "burner", "shown", "setpoint", "", "SETPOINT")),
        pick(
            random,
            List.<Object>of(
                true,
                false,
                "on",
                "",
                BigDecimal.ZERO,
                new BigDecimal(random.nextInt(140) - 20).divide(BigDecimal.TEN),
                new BigDecimal(random.nextInt(140) - 20),
                new BigDecimal("1e300"),
                new BigDecimal("-0.5"))));
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifying subscriber of the distribution, behind a broker that others wrote. */
class VerifyTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String TOPIC = "e2e/plant/readings";

  @TempDir Path directory;

  private static ChildProcess verify(Mosquitto broker, String... more) {
    var arguments = new java.util.ArrayList<>(List.of("verify", "--every", "200ms"));
    arguments.addAll(List.of("--broker", "tcp://127.0.0.1:" + broker.port()));
    arguments.addAll(List.of("--topic", "e2e/#"));
    arguments.addAll(List.of(more));
    ChildProcess process = Distribution.command(arguments.toArray(String[]::new));
    awaitLine(process, "0 streams");
    return process;
  }

  private static void awaitLine(ChildProcess process, String regex) {
    Eventually.holds(
        "verify says " + regex,
        LIMIT,
        () -> process.printed(Pattern.compile(regex), 0),
        process::output);
  }

  private static String message(long seq, long low) {
    return """
        {"schema":1,"gateway":"plant","stream":"S","seq":%d,"low":%d,"devices":{"m":[{"t":%d,"v":{"a":1}}]}}"""
        .formatted(seq, low, System.currentTimeMillis());
  }

  private static String gap(long seq, long low, long first, long last) {
    return """
        {"schema":1,"gateway":"plant","stream":"S","seq":%d,"low":%d,"gap":{"first":%d,"last":%d,"count":7,"reason":"bytes"}}"""
        .formatted(seq, low, first, last);
  }

  /** Published in order, each acknowledged before the next. */
  private static void publish(Mosquitto broker, List<String> messages) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      MqttClient client = MqttClient.create(vertx);
      client
          .connect(broker.port(), "127.0.0.1")
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      for (String message : messages) {
        client
            .publish(TOPIC, Buffer.buffer(message), MqttQoS.AT_LEAST_ONCE, false, false)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
      }
      client.disconnect().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aGatewayThatLosesNothingIsComplete() {
    try (var broker = Mosquitto.plain(directory).start();
        var server = LibmodbusServer.start(1)) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
              .countingDevice("plc", 1, 10, "100ms")
              .linger("100ms")
              .uplink(broker.port(), "compression: zstd");
      try (var verify = verify(broker);
          var gateway = Distribution.start(site)) {
        awaitLine(verify, "1 stream, [0-9]{2,} messages");
        verify.signal("INT");
        assertThat(verify.awaitExit(LIMIT)).as(verify.output()).isEqualTo(130);
        assertThat(verify.output())
            .contains("e2e, stream ", "complete: ")
            .containsPattern("lost +0\n")
            .containsPattern("latency +p50 [0-9.]+ s");
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void lossDuplicatesGapsAndDisorderAreTold() throws Exception {
    try (var broker = Mosquitto.plain(directory).start();
        var verify = verify(broker, "--from-start")) {
      publish(
          broker,
          List.of(
              message(1, 1),
              message(2, 1),
              message(4, 2), // 3 never comes
              message(6, 2),
              message(5, 2), // out of order
              message(6, 2), // once more
              gap(10, 7, 7, 9),
              message(11, 11),
              "no message at all"));
      awaitLine(verify, "9 messages");
      verify.signal("INT");

      assertThat(verify.awaitExit(LIMIT)).isEqualTo(130);
      assertThat(verify.output())
          .containsPattern("lost +1: seqs 3\n")
          .containsPattern("gaps +1, which name 7 readings")
          .containsPattern("duplicates +1\n")
          .containsPattern("out of order +1\n")
          .contains("malformed: " + TOPIC + ": found no message")
          .contains("NOT complete: 9 messages, 6 readings, 1 record lost, 1 malformed");
    }
  }

  @Test
  void aRestartOfTheBrokerIsNoLoss() throws Exception {
    var broker = Mosquitto.plain(directory).start();
    try (var verify = verify(broker, "--for", "12s")) {
      publish(broker, List.of(message(1, 1), message(2, 2)));
      awaitLine(verify, "2 messages");
      broker.close();
      awaitLine(verify, "not subscribed: ");
      try (var again = broker.start()) {
        awaitLine(verify, "subscribed again; what came meanwhile is not judged");
        publish(again, List.of(message(30, 30), message(31, 31)));
        assertThat(verify.awaitExit(LIMIT)).as(verify.output()).isZero();
        assertThat(verify.output()).contains("complete: 4 messages");
      }
    }
  }

  @Test
  void withoutABrokerItEndsWithCodeTwo() {
    try (var verify =
        Distribution.command(
            "verify", "--broker", "tcp://127.0.0.1:" + FreePort.take(), "--topic", "#")) {
      assertThat(verify.awaitExit(LIMIT)).isEqualTo(2);
      assertThat(verify.output()).contains("nothing listens at the broker's address");
    }
  }
}

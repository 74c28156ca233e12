package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who comes late has the last values, the states of devices and that of the gateway. */
class RetainedTest {

  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close();
  }

  @Test
  void lastValuesAndStatesAreThereForWhoComesLateAlsoAfterAKill() throws Exception {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start()) {
      Site site =
          new Site(directory)
              .linger("100ms")
              .line("plc", server.port())
              .countingDevice("plc", 1, 3, "250ms")
              .uplinkTo(
                  "tcp://127.0.0.1:" + mosquitto.port(),
                  "v/{device}/{point}",
                  "form: value",
                  "retain: true",
                  "statusTopic: \"status/{gateway}\"",
                  "deviceStatusTopic: \"devices/{device}\"");
      try (var gateway = Distribution.start(site)) {
        await(mosquitto, "v/unit-1/counter", "\"v\":", gateway);
        await(mosquitto, "v/unit-1/p003", "\"seq\":", gateway);
        await(mosquitto, "devices/unit-1", "\"status\":\"online\"", gateway);
        await(mosquitto, "status/e2e", "\"status\":\"online\"", gateway);
        gateway.process().killHard();
        Map<String, String> kept =
            await(mosquitto, "status/e2e", "\"status\":\"offline\"", gateway);
        assertThat(kept.get("devices/unit-1"))
            .as("what the gateway said last; nobody is there to say more")
            .contains("\"status\":\"online\"");
        assertThat(kept).containsKey("v/unit-1/counter");
        assertThat(kept.values()).noneMatch(payload -> payload.contains("\"lane\":\"history\""));
      }
    }
  }

  private Map<String, String> await(
      Mosquitto broker, String topic, String content, Distribution gateway) {
    var found = new ConcurrentHashMap<String, String>();
    Eventually.holds(
        topic + " with " + content,
        WAIT,
        () -> {
          found.clear();
          found.putAll(retained(broker.port()));
          return found.getOrDefault(topic, "").contains(content);
        },
        () -> found + " " + gateway.process().output());
    return found;
  }

  /** What a new client is given: the broker sends it before it answers the ping. */
  private Map<String, String> retained(int port) {
    var kept = new ConcurrentHashMap<String, String>();
    MqttClient client = MqttClient.create(vertx);
    try {
      var answered = new java.util.concurrent.CompletableFuture<Void>();
      client.publishHandler(
          message -> {
            if (message.isRetain()) {
              kept.put(message.topicName(), message.payload().toString());
            }
          });
      client.pingResponseHandler(ignored -> answered.complete(null));
      client
          .connect(port, "127.0.0.1")
          .compose(ignored -> client.subscribe("#", MqttQoS.AT_MOST_ONCE.value()))
          .onSuccess(ignored -> client.ping())
          .onFailure(answered::completeExceptionally);
      answered.get(10, TimeUnit.SECONDS);
      return kept;
    } catch (InterruptedException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no answer from the broker", e);
    } finally {
      client.disconnect();
    }
  }
}

package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a broker sees: the CONNECT packet and the subscriptions. */
class SparkplugConnectTest {

  @TempDir Path directory;

  @Test
  void theSessionIsCleanHasItsWillAndSubscribesBeforeItIsBorn() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (var broker = ScriptedBroker.listen(vertx)) {
      BlockingQueue<String> events = new LinkedBlockingQueue<>();
      broker.onConnect =
          (connection, endpoint) -> {
            endpoint.subscribeHandler(
                asked -> {
                  asked
                      .topicSubscriptions()
                      .forEach(one -> events.add(one.qualityOfService() + " " + one.topicName()));
                  endpoint.subscribeAcknowledge(
                      asked.messageId(),
                      asked.topicSubscriptions().stream()
                          .map(one -> MqttQoS.AT_LEAST_ONCE)
                          .toList());
                });
            endpoint.accept(false);
          };
      broker.onPublish =
          (connection, endpoint, message) -> {
            events.add(message.qosLevel() + " " + message.topicName());
            if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
              endpoint.publishAcknowledge(message.messageId());
            }
          };
      var uplink =
          new UplinkVerticle(
              new UplinkOptions(
                  "cloud",
                  "edge-1",
                  new SparkplugOptions(
                      "plant",
                      "edge-1",
                      "",
                      Duration.ofSeconds(10),
                      true,
                      Duration.ofSeconds(5),
                      Duration.ofMinutes(5)),
                  LinkOptions.of(URI.create("tcp://127.0.0.1:" + broker.port()), "edge-1"),
                  5,
                  FlowOptions.DEFAULTS),
              new FakeOutbox(),
              () -> "S1",
              (kind, payload, readings) -> io.vertx.core.Future.succeededFuture(1L),
              null,
              BareSite.of(ClockOffsets.NONE, new CurrentValues(), Commands.NONE, directory),
              new Monotonic(),
              Seed.random());
      String deployment = SparkplugSite.await(vertx.deployVerticle(uplink));
      var endpoint = broker.connects.poll(20, TimeUnit.SECONDS);
      assertThat(endpoint).isNotNull();
      assertThat(endpoint.isCleanSession()).isTrue();
      assertThat(endpoint.will().getWillTopic()).isEqualTo("spBv1.0/plant/NDEATH/edge-1");
      assertThat(endpoint.will().getWillQos()).isEqualTo(1);
      assertThat(endpoint.will().isWillRetain()).isFalse();
      Payload will = Payload.parseFrom(endpoint.will().getWillMessageBytes());
      assertThat(will.hasSeq()).isFalse();
      assertThat(will.getMetricsList()).singleElement().matches(m -> m.getLongValue() == 0);
      assertThat(will.getMetrics(0).getName()).isEqualTo("bdSeq");
      SparkplugSite.until("born", () -> events.size() == 3);
      assertThat(List.copyOf(events))
          .containsExactly(
              "AT_LEAST_ONCE spBv1.0/plant/NCMD/edge-1",
              "AT_LEAST_ONCE spBv1.0/plant/DCMD/edge-1/+",
              "AT_MOST_ONCE spBv1.0/plant/NBIRTH/edge-1");
      SparkplugSite.await(vertx.undeploy(deployment));
      assertThat(List.copyOf(events).get(3)).isEqualTo("AT_LEAST_ONCE spBv1.0/plant/NDEATH/edge-1");
      assertThat(broker.disconnects.poll(10, TimeUnit.SECONDS)).as("DISCONNECT").isNotNull();
    } finally {
      SparkplugSite.await(vertx.close());
    }
  }
}

package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is refused again and again does not knock without end. */
class RefusedTest {

  private static final Duration MAX = Duration.ofSeconds(1);

  private final BlockingQueue<Long> attempts = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private ScriptedBroker broker;
  private LinkRig rig;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    rig = new LinkRig(vertx);
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
    broker.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private long attempt() throws Exception {
    return attempts.poll(15, TimeUnit.SECONDS);
  }

  /** The longest pause is shorter than the truce here: then it is kept in full. */
  @Test
  void theThirdRefusalInARowIsTheLastQuickOne() throws Exception {
    broker.onConnect =
        (connection, endpoint) -> {
          attempts.add(System.nanoTime());
          endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
        };
    rig.open(
        LinkRig.link(
            broker.port(), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1), MAX),
        FlowOptions.DEFAULTS);
    attempt();
    attempt();
    long third = attempt();
    long fourth = attempt();
    long fifth = attempt();
    assertThat(fourth - third).isGreaterThan(MAX.toNanos() * 9 / 10);
    assertThat(fifth - fourth).isGreaterThan(MAX.toNanos() * 9 / 10);
  }

  @Test
  void otherReasonsKeepTheirShortPauses() throws Exception {
    broker.onConnect =
        (connection, endpoint) -> {
          attempts.add(System.nanoTime());
          endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
        };
    var minute = Duration.ofMinutes(1);
    rig.open(
        LinkRig.link(
            broker.port(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            minute),
        FlowOptions.DEFAULTS);
    attempt();
    attempt();
    long third = attempt();
    long fourth = attempt();
    assertThat(Duration.ofNanos(fourth - third))
        .as("4 ms at most, and the connect: not the truce of 30 s")
        .isLessThan(Duration.ofSeconds(10));
  }
}

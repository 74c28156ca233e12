package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** T1: the wall clock steps while messages and pings go to and fro; nobody notices. */
class ClockStepTest {

  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long TEN_YEARS = Duration.ofDays(3650).toMillis();

  @Test
  void stepsOfTheWallClockTouchNoDeadlineAndNoKeepAlive() throws Exception {
    var wall = new AtomicLong(1_700_000_000_000L);
    TimeSource time =
        new TimeSource() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public boolean trusted() {
            return true;
          }

          @Override
          public Instant instant() {
            return Instant.ofEpochMilli(wall.get());
          }
        };
    var outbox = new FakeOutbox();
    Vertx vertx = Vertx.vertx();
    try {
      ScriptedBroker broker = ScriptedBroker.listen(vertx);
      var options =
          new UplinkOptions(
              "cloud",
              "plant-7",
              new MqttOptions("t", Form.JSON, Compression.NONE, "s"),
              new LinkOptions(
                  URI.create("tcp://127.0.0.1:" + broker.port()),
                  "client",
                  null,
                  null,
                  null,
                  null,
                  8,
                  1 << 20,
                  128 << 10,
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(15),
                  Duration.ofSeconds(5),
                  Duration.ofMillis(1),
                  Duration.ofMillis(20),
                  Duration.ofSeconds(20)),
              5,
              FlowOptions.DEFAULTS);
      var uplink =
          new UplinkVerticle(
              options,
              outbox,
              () -> "S1",
              outbox::append,
              null,
              BareSite.bare(),
              time,
              Seed.random());
      vertx
          .deployVerticle(uplink)
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      long next = 1;
      for (long step : new long[] {HOUR, -HOUR, TEN_YEARS, -TEN_YEARS, -TEN_YEARS, TEN_YEARS}) {
        outbox.fill(5);
        wall.addAndGet(step);
        long last = next + 4;
        for (long seq : LongStream.rangeClosed(next, last).toArray()) {
          assertThat(outbox.acked.poll(20, TimeUnit.SECONDS)).isEqualTo(seq);
        }
        next = last + 1;
        TimeUnit.MILLISECONDS.sleep(500); // keep-alive is time itself: three seconds in all
      }
      assertThat(broker.connections).as("connections").hasValue(1);
      assertThat(uplink.stats().failures()).isEmpty();
      assertThat(uplink.stats().resent()).isZero();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }
}

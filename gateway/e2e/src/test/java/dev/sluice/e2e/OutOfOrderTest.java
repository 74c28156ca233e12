package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that answers in any order: with 1 to 16 requests on their way each gets its reply. */
class OutOfOrderTest {

  private static final int POINTS = 20;
  private static final int MOST = 16;

  @TempDir Path directory;

  @Test
  void everyReplyGoesToItsRequestHoweverManyAreOnTheirWay() {
    Random chance = TestRandom.create("out of order");
    long wanted = TestRandom.LONG ? 200_000 : 5_000;
    try (var server =
            NodePeer.start("jsmodbus_server.js", Integer.toString(chance.nextInt(1 << 30)));
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      var right = new AtomicLong();
      var wrong = new AtomicLong();
      subscriber.onRow((device, values) -> judge(device, values, right, wrong));
      Site site = new Site(directory).linger("200ms").uplink(mosquitto.port());
      for (int pipelining = 1; pipelining <= MOST; pipelining++) {
        String keys =
            "driver: modbus, pipelining: %d, tcp: { host: 127.0.0.1, port: %d }"
                .formatted(pipelining, server.port());
        site.lineOf("line-" + pipelining, keys);
        var points = new TreeMap<String, String>();
        for (int i = 0; i < POINTS; i++) {
          points.put("p" + i * 3, "{ at: holding %d }".formatted(i * 3));
        }
        site.deviceOf(
            "device-" + pipelining,
            "line-" + pipelining,
            pipelining,
            List.of("every: 100ms", "timeout: 3s", "maxRegisters: 1"),
            points);
      }
      String counts;
      try (var gateway = Distribution.start(site)) {
        Eventually.holds(
            wanted + " values",
            Duration.ofSeconds(TestRandom.LONG ? 300 : 60),
            () -> right.get() >= wanted || wrong.get() > 0,
            () -> right + " right\n" + gateway.process().output());
        server.process().write("counts");
        counts = "replies " + server.process().awaitLine("replies ", Duration.ofSeconds(5));
        gateway.stopInOrder();
      }
      System.out.printf("out of order: right=%s wrong=%s %s%n", right, wrong, counts);
      assertThat(wrong).hasValue(0);
      for (int pipelining = 1; pipelining <= MOST; pipelining++) {
        // As many as allowed were on their way at once, and never more.
        assertThat(server.process().lines())
            .contains("unit %d waited %d".formatted(pipelining, pipelining));
      }
      assertThat(Long.parseLong(counts.substring(counts.lastIndexOf(' ') + 1)))
          .as("replies that overtook another one")
          .isGreaterThan(100);
    }
  }

  private static void judge(
      String device, Map<String, Object> values, AtomicLong right, AtomicLong wrong) {
    int unit = Integer.parseInt(device.substring("device-".length()));
    values.forEach(
        (point, value) -> {
          int address = Integer.parseInt(point.substring(1));
          boolean equal =
              value instanceof Number number
                  && number.intValue() == ((address * 31 + unit * 1009) & 0xFFFF);
          (equal ? right : wrong).incrementAndGet();
        });
  }
}

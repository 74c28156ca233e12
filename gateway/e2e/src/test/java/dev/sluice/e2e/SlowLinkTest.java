package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.FaultProxy;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad radio: 32 kbit/s, of which a fifth of the packets is lost each way, and 300 ms of delay each
 * way.
 *
 * <pre>
 *   gateway --> proxy that delays --> tap that judges --> narrow and lossy cable --> mosquitto
 * </pre>
 */
@Tag("alone")
class SlowLinkTest {

  private static final int BITS_PER_SECOND = 32_000;
  private static final int LOSS_PERCENT = 20;
  private static final Duration DELAY = Duration.ofMillis(300);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LIVE = Duration.ofSeconds(TestRandom.LONG ? 120 : 3);
  private static final long LIVE_P99_MILLIS = 5_000;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close();
  }

  @Test
  void readingsThatFitThroughTheLinkAllArriveAndSoon() throws Exception {
    try (var link = Link.open(directory, vertx);
        var server = LibmodbusServer.start(1);
        var gateway = Distribution.start(site(link, server, 5, "500ms"))) {
      awaitRecords(link, 3, gateway);
      int skipped = link.tap.publishes().size(); // of the connecting
      Eventually.pass(LIVE);
      List<MqttTap.Publish> all = settle(link, server, gateway);
      long[] millis = latencies(all.subList(skipped, all.size()));
      long p99 = millis[Math.max(0, millis.length * 99 / 100 - 1)];
      System.out.printf(
          "slow link, live: records=%d median=%d ms p99=%d ms highest=%d ms, acknowledged%n",
          millis.length, millis[millis.length / 2], p99, millis[millis.length - 1]);
      if (TestRandom.LONG) {
        assertThat(p99).isLessThanOrEqualTo(LIVE_P99_MILLIS);
      } else {
        System.out.println("slow link: p99 is judged with -Dsluice.long=true, of enough records");
      }
    }
  }

  @Test
  void moreThanFitsUsesMostOfTheLinkAndAllArrivesLater() throws Exception {
    if (!TestRandom.LONG) {
      System.out.println("slow link, full: only with -Dsluice.long=true, it takes minutes");
      return;
    }
    try (var link = Link.open(directory, vertx);
        var server = LibmodbusServer.start(1);
        var gateway = Distribution.start(site(link, server, 100, "250ms"))) {
      awaitRecords(link, 3, gateway);
      Eventually.pass(Duration.ofSeconds(10));
      long start = System.nanoTime();
      Eventually.pass(Duration.ofSeconds(90));
      long end = System.nanoTime();
      long bytes =
          link.tap.publishes().stream()
              .filter(p -> p.ackNanos() > start && p.ackNanos() <= end)
              .mapToLong(p -> p.bytes)
              .sum();
      double share = bytes * 8e9 / (end - start) / BITS_PER_SECOND;
      System.out.printf(
          "slow link, full: %d bytes acknowledged in %d s, %.0f %% of the link, connections=%d%n",
          bytes, Duration.ofNanos(end - start).toSeconds(), share * 100, link.tap.connacks());
      settle(link, server, gateway);
      assertThat(share).isGreaterThanOrEqualTo(0.6);
    }
  }

  private static void awaitRecords(Link link, int count, Distribution gateway) {
    Eventually.holds(
        "records acknowledged",
        LIMIT,
        () -> link.tap.records(true).size() >= count,
        gateway.process()::output);
  }

  /** Stops the device, lets the rest through, and looks whether anything is missing. */
  private static List<MqttTap.Publish> settle(
      Link link, LibmodbusServer server, Distribution gateway) {
    long answered = server.counters().get(1);
    Eventually.pass(Duration.ofMillis(500)); // the last answer is read
    server.process().signal("STOP");
    var ledger = new Ledger();
    Eventually.holds(
        "all is acknowledged",
        Duration.ofMinutes(3),
        () ->
            link.tap.records(true).equals(link.tap.records(false))
                && link.tap.publishes().stream()
                    .anyMatch(p -> p.ackNanos() != 0 && holds(p, answered)),
        gateway.process()::output);
    List<MqttTap.Publish> acknowledged =
        link.tap.publishes().stream().filter(p -> p.ackNanos() != 0).toList();
    acknowledged.forEach(p -> ledger.add(p.message));
    assertThat(ledger.missingRecords()).isEmpty();
    assertThat(ledger.missingPolls()).isEmpty();
    assertThat(ledger.counterRange().get("unit-1")[0]).isEqualTo(1);
    return acknowledged;
  }

  private static boolean holds(MqttTap.Publish publish, long counter) {
    boolean[] found = {false};
    publish.message.rows(
        (device, time, values, qualities) ->
            found[0] |=
                values.get(Ledger.COUNTER) instanceof Number number
                    && number.longValue() >= counter);
    return found[0];
  }

  /** From the newest reading in a record to when the gateway hears that it was taken; sorted. */
  private static long[] latencies(List<MqttTap.Publish> publishes) {
    long nanosAtZero = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
    return publishes.stream()
        .filter(p -> p.message.isRecord() && !p.message.isHistory())
        .flatMapToLong(
            p -> {
              long[] newest = {0};
              p.message.rows(
                  (device, time, values, qualities) -> newest[0] = Math.max(newest[0], time));
              long heard = (p.ackNanos() + nanosAtZero) / 1_000_000 + DELAY.toMillis();
              return newest[0] == 0 ? LongStream.empty() : LongStream.of(heard - newest[0]);
            })
        .sorted()
        .toArray();
  }

  private Site site(Link link, LibmodbusServer server, int points, String every) {
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, points, every)
        .uplink(link.proxy.port());
  }

  /** All between the gateway and the broker. */
  private record Link(FarMachine machine, Mosquitto broker, MqttTap tap, FaultProxy proxy)
      implements AutoCloseable {

    static Link open(Path directory, Vertx vertx) throws Exception {
      var machine = FarMachine.create();
      try {
        var broker = Mosquitto.on(machine, directory).start();
        var tap = MqttTap.before(new InetSocketAddress(machine.address(), broker.port()));
        machine.slowLink(BITS_PER_SECOND, LOSS_PERCENT);
        FaultProxy proxy =
            FaultProxy.start(vertx, tap.port()).toCompletionStage().toCompletableFuture().get();
        proxy.toServer().delay(DELAY);
        proxy.toClient().delay(DELAY);
        return new Link(machine, broker, tap, proxy);
      } catch (AssertionError e) {
        machine.close();
        throw e;
      }
    }

    @Override
    public void close() {
      tap.close();
      broker.close();
      machine.close();
    }
  }
}

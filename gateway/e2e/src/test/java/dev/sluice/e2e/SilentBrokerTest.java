package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose connection stays open and silent, as behind a dead radio link. */
@Tag("alone")
class SilentBrokerTest {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(TestRandom.LONG ? 30 : 4);

  /** How long it stays frozen after it was found dead. */
  private static final Duration FROZEN = Duration.ofSeconds(TestRandom.LONG ? 300 : 1);

  private static final long HEAP_GROWTH = 10L << 20;

  @TempDir Path directory;

  @Test
  void isDeclaredDeadWithinOneAndAHalfKeepAlivesAndTheGatewayComesBack() {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port());
        var gateway = Distribution.start(site(server, mosquitto))) {
      Eventually.holds(
          "connected",
          Duration.ofSeconds(20),
          () -> gateway.metric(Names.CONNECTED) == 1,
          gateway.process()::output);
      Eventually.pass(Duration.ofSeconds(1));
      long before = liveBytes(gateway);
      mosquitto.process().signal("STOP");
      Duration dead =
          Eventually.holds(
              "declared dead",
              KEEP_ALIVE.multipliedBy(3),
              () -> gateway.metric(Names.CONNECTED) == 0,
              gateway.process()::output);
      System.out.printf(
          "silent broker: declared dead after %d ms at keepAlive %d s%n",
          dead.toMillis(), KEEP_ALIVE.toSeconds());
      assertThat(dead).isLessThanOrEqualTo(KEEP_ALIVE.multipliedBy(3).dividedBy(2));

      Eventually.pass(FROZEN);
      long growth = liveBytes(gateway) - before;
      System.out.printf("silent broker: live heap %+d KiB%n", growth >> 10);
      assertThat(growth).isLessThanOrEqualTo(HEAP_GROWTH);

      long records = subscriber.ledger().records();
      mosquitto.process().signal("CONT");
      Eventually.holds(
          "connected again",
          Duration.ofSeconds(20),
          () -> gateway.metric(Names.CONNECTED) == 1,
          gateway.process()::output);
      Eventually.holds(
          "all arrives, also what was not acknowledged",
          Duration.ofSeconds(30),
          () ->
              subscriber.ledger().records() > records + 2
                  && subscriber.ledger().missingRecords().isEmpty()
                  && subscriber.ledger().missingPolls().isEmpty(),
          gateway.process()::output);
      gateway.stopInOrder();
    }
  }

  /** What its objects take after a collection of all garbage. */
  private static long liveBytes(Distribution gateway) {
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    String pid = Long.toString(gateway.process().pid());
    List<String> histogram = ChildProcess.run("jcmd", List.of(jcmd, pid, "GC.class_histogram"));
    String total =
        histogram.stream()
            .filter(line -> line.startsWith("Total"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(String.join("\n", histogram)));
    return Long.parseLong(total.strip().split(" +")[2]);
  }

  private Site site(LibmodbusServer server, Mosquitto mosquitto) {
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "250ms")
        .uplink(
            mosquitto.port(),
            "keepAlive: " + KEEP_ALIVE.toSeconds() + "s",
            "backoffFirst: 200ms",
            "backoffMax: 1s");
  }
}

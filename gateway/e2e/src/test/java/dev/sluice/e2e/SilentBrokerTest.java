package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose connection stays open and silent, as behind a dead radio link. */
@Tag("alone")
class SilentBrokerTest {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

  @TempDir Path directory;

  @Test
  void isDeclaredDeadWithinOneAndAHalfKeepAlivesAndTheGatewayComesBack() {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start();
        var gateway = Distribution.start(site(server, mosquitto))) {
      Eventually.holds(
          "connected",
          Duration.ofSeconds(20),
          () -> gateway.metric(Names.CONNECTED) == 1,
          gateway.process()::output);
      Eventually.pass(Duration.ofSeconds(1));
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

      mosquitto.process().signal("CONT");
      Eventually.holds(
          "connected again",
          Duration.ofSeconds(20),
          () -> gateway.metric(Names.CONNECTED) == 1,
          gateway.process()::output);
      gateway.stopInOrder();
    }
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

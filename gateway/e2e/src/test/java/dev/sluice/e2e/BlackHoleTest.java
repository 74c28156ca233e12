package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that takes packets and gives them to nobody, both ways or one, and forgets. */
@Tag("alone")
class BlackHoleTest {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(TestRandom.LONG ? 30 : 2);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What a busy machine, and a look every now and then, may add. */
  private static final Duration SLACK = Duration.ofMillis(1_500);

  private enum Hole {
    BOTH_WAYS,
    TO_THE_BROKER,
    FROM_THE_BROKER
  }

  /** All of them, or those that differ most. */
  private static final List<Hole> HOLES =
      TestRandom.LONG ? List.of(Hole.values()) : List.of(Hole.BOTH_WAYS, Hole.FROM_THE_BROKER);

  @TempDir Path directory;

  @Test
  void isNoticedWithinOneAndAHalfKeepAlivesAndTheOldSocketGoes() {
    if (!TestRandom.LONG) {
      System.out.println("black holes: with -Dsluice.long=true, as they take a minute and a half");
      return;
    }
    try (var machine = FarMachine.create();
        var mosquitto = Mosquitto.on(machine, directory).start();
        var server = LibmodbusServer.start(1);
        var gateway =
            Distribution.start(
                new Site(directory)
                    .line("plc", server.port())
                    .countingDevice("plc", 1, 5, "250ms")
                    .uplink(
                        "tcp://" + machine.address() + ":" + mosquitto.port(),
                        "keepAlive: " + KEEP_ALIVE.toSeconds() + "s",
                        "connectTimeout: 2s",
                        "ackTimeout: 1m",
                        "backoffFirst: 200ms",
                        "backoffMax: 1s"))) {
      var use = new ProcessUse(gateway.process().pid());
      awaitDelivered(gateway);
      long files = use.open().size();
      for (Hole hole : HOLES) {
        switch (hole) {
          case BOTH_WAYS -> machine.dropPackets();
          case TO_THE_BROKER -> machine.dropOneWay(true);
          case FROM_THE_BROKER -> machine.dropOneWay(false);
        }
        Duration noticed =
            Eventually.holds(
                "noticed",
                LIMIT,
                () -> gateway.metric(Names.CONNECTED) == 0,
                gateway.process()::output);
        Eventually.pass(KEEP_ALIVE);
        machine.passPackets();
        awaitDelivered(gateway);
        System.out.printf(
            "black hole %s at keepAlive %d s: noticed after %d ms%n",
            hole, KEEP_ALIVE.toSeconds(), noticed.toMillis());
        assertThat(noticed)
            .isLessThanOrEqualTo(KEEP_ALIVE.multipliedBy(3).dividedBy(2).plus(SLACK));
        Eventually.holds(
            "as many open files as before",
            LIMIT,
            () -> use.open().size() <= files,
            () -> files + " before, now " + use.open());
      }
      gateway.stopInOrder();
    }
  }

  @Test
  void aConnectionOnWhichNothingIsSentIsKeptByPingsOrFoundDead() {
    if (!TestRandom.LONG) {
      System.out.println("black holes: with -Dsluice.long=true, as they take a minute and a half");
      return;
    }
    try (var machine = FarMachine.create();
        var mosquitto = Mosquitto.on(machine, directory).start();
        var server = LibmodbusServer.start(1)) {
      int forgotten = TestRandom.LONG ? 60 : 3;
      machine.forgetIdleConnections(forgotten);
      // Pings come at three quarters.
      Duration kept = Duration.ofSeconds(forgotten / 2 + 1);
      try (var gateway = Distribution.start(quiet(machine, mosquitto, server, kept))) {
        awaitDelivered(gateway);
        Eventually.pass(Duration.ofSeconds(2L * forgotten));
        assertThat(gateway.metric(Names.CONNECTED)).isEqualTo(1);
        assertThat(gateway.metric("sluice_uplink_attempts_total")).isEqualTo(1);
        gateway.stopInOrder();
      }
      Duration tooLong = Duration.ofSeconds(2L * forgotten);
      try (var gateway = Distribution.start(quiet(machine, mosquitto, server, tooLong))) {
        awaitDelivered(gateway);
        Duration noticed =
            Eventually.holds(
                "found dead",
                tooLong.multipliedBy(2),
                () -> gateway.metric(Names.CONNECTED) == 0,
                gateway.process()::output);
        System.out.printf(
            "forgotten after %d s at keepAlive %d s: noticed after %d ms%n",
            forgotten, tooLong.toSeconds(), noticed.toMillis());
        awaitDelivered(gateway);
        gateway.stopInOrder();
      }
    }
  }

  private Site quiet(
      FarMachine machine, Mosquitto mosquitto, LibmodbusServer server, Duration keepAlive) {
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, 2, "1h")
        .uplink(
            "tcp://" + machine.address() + ":" + mosquitto.port(),
            "keepAlive: " + keepAlive.toSeconds() + "s",
            "backoffFirst: 200ms",
            "backoffMax: 1s");
  }

  private static void awaitDelivered(Distribution gateway) {
    Eventually.holds(
        "connected, and all is delivered but the newest",
        LIMIT,
        () -> gateway.metric(Names.CONNECTED) == 1 && gateway.metric(Names.BACKLOG) <= 3,
        gateway.process()::output);
  }
}

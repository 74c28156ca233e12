package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A TCP device that freezes with its connection open, starts again, or is no longer reached by a
 * single packet, while others go on.
 */
@Tag("alone")
class FrozenDeviceTest {

  private static final int TIMES = TestRandom.LONG ? 20 : 2;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int RETRIES = 1;
  private static final Duration EVERY = Duration.ofMillis(250);

  /** What a busy machine and a look at the log every now and then may add. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private static final Duration BACK = Duration.ofSeconds(5);

  /** Long enough for several reconnects, and for hardly one. */
  private static final List<Duration> OUTAGES =
      List.of(Duration.ofSeconds(TestRandom.LONG ? 120 : 15), Duration.ofSeconds(4));

  @TempDir Path directory;

  @Test
  void isNoticedWithinItsTimeoutsPolledAgainSoonAndLeavesNoConnectionBehind() {
    LibmodbusServer device = LibmodbusServer.start(1);
    try (var other = LibmodbusServer.start(1)) {
      int port = device.port();
      Site site = new Site(directory).line("plc", port).line("other", other.port());
      meter(site, "meter", "plc");
      meter(site, "well", "other");
      try (var gateway = Distribution.start(site)) {
        ChildProcess process = gateway.process();
        var use = new ProcessUse(process.pid());
        await(gateway, "plc", "answers", plc -> plc.isUp("meter"));
        await(gateway, "other", "answers", line -> line.isUp("well"));
        long sockets = sockets(use);
        long polls = other.counters().get(1);

        for (int i = 0; i < TIMES; i++) {
          device.process().signal("STOP");
          Duration noticed =
              await(gateway, "plc", "times out", plc -> plc.reason("meter").equals("timeout"));
          assertThat(noticed).isLessThan(EVERY.plus(TIMEOUT.multipliedBy(1 + RETRIES)).plus(SLACK));
          device.process().signal("CONT");
          Duration back = await(gateway, "plc", "thaws", plc -> plc.isUp("meter"));
          System.out.println("frozen: noticed after " + noticed + ", back after " + back);
          assertThat(back).isLessThan(BACK);
        }
        for (int i = 0; i < TIMES; i++) {
          device.process().killHard();
          await(gateway, "plc", "is down", plc -> plc.isDown() && !plc.isUp("meter"));
          device = LibmodbusServer.start(port, 1);
          Duration back = await(gateway, "plc", "is back", plc -> plc.isUp("meter"));
          System.out.println("started again: back after " + back);
          assertThat(back).as(process.output()).isLessThan(BACK);
        }

        noMoreSockets(use, sockets);
        assertThat(process.lines())
            .noneMatch(line -> line.contains("device=well line=other reason"));
        assertThat(other.counters().get(1)).isGreaterThan(polls);
        gateway.stopInOrder();
      }
    } finally {
      device.close();
    }
  }

  @Test
  void packetsThatVanishAreNoticedAndPollsResumeSoonAfterTheyComeThroughAgain() {
    try (var machine = FarMachine.create();
        var device = LibmodbusServer.on(machine);
        var other = LibmodbusServer.start(1)) {
      Site site =
          new Site(directory)
              .line("plc", machine.address(), device.port())
              .line("other", other.port());
      meter(site, "meter", "plc");
      meter(site, "well", "other");
      try (var gateway = Distribution.start(site)) {
        ChildProcess process = gateway.process();
        var use = new ProcessUse(process.pid());
        await(gateway, "plc", "answers", plc -> plc.isUp("meter"));
        await(gateway, "other", "answers", line -> line.isUp("well"));
        long sockets = sockets(use);
        long polls = other.counters().get(1);

        for (Duration outage : OUTAGES) {
          long answered = LineStatus.of(gateway, "plc").answered("meter");
          machine.dropPackets();
          Duration noticed =
              await(gateway, "plc", "times out", plc -> plc.reason("meter").equals("timeout"));
          assertThat(noticed).isLessThan(EVERY.plus(TIMEOUT.multipliedBy(1 + RETRIES)).plus(SLACK));
          Eventually.pass(outage.minus(noticed));
          machine.passPackets();
          Duration back = await(gateway, "plc", "is heard again", plc -> plc.isUp("meter"));
          System.out.println(
              "black hole of " + outage + ": noticed after " + noticed + ", back after " + back);
          assertThat(back).as(process.output()).isLessThan(BACK);
          assertThat(LineStatus.of(gateway, "plc").answered("meter")).isGreaterThan(answered);
        }

        noMoreSockets(use, sockets);
        // Devices take few. Linux gives up telling one that it was left only after a long outage.
        Eventually.holds(
            "the device has at most one old connection",
            LIMIT,
            () -> machine.connections() <= 2,
            process::output);
        assertThat(process.lines())
            .noneMatch(line -> line.contains("device=well line=other reason"));
        assertThat(other.counters().get(1)).isGreaterThan(polls);
        gateway.stopInOrder();
      }
    }
  }

  private static Duration await(
      Distribution gateway, String line, String what, Predicate<LineStatus> holds) {
    return Eventually.holds(
        line + " " + what,
        LIMIT,
        () -> holds.test(LineStatus.of(gateway, line)),
        () -> LineStatus.of(gateway, line).json().encode() + "\n" + gateway.process().output());
  }

  private static void meter(Site site, String id, String line) {
    site.deviceOf(
        id,
        line,
        1,
        List.of(
            "every: " + EVERY.toMillis() + "ms",
            "timeout: " + TIMEOUT.toMillis() + "ms",
            "retries: " + RETRIES),
        Map.of(Ledger.COUNTER, "{ at: holding 0, type: uint32 }"));
  }

  /**
   * One that was left is closed in its own time, and so is that of whoever asked for the status.
   */
  private static void noMoreSockets(ProcessUse use, long before) {
    Eventually.holds(
        "no more connections than before",
        LIMIT,
        () -> sockets(use) <= before,
        () -> before + " before, now " + use.open());
  }

  private static long sockets(ProcessUse use) {
    return use.open().stream().filter(file -> file.startsWith("socket:")).count();
  }
}

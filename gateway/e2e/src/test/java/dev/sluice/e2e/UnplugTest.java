package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody pulls the adapter of a running gateway, and plugs it in again, and again. */
@Tag("alone")
class UnplugTest {

  private static final int TIMES = TestRandom.LONG ? 50 : 4;
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration CLOSED = Duration.ofSeconds(1);
  private static final Duration REOPENED = Duration.ofSeconds(3);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Of a core: a twentieth in a long run, and on a machine that does much else far from one. */
  private static final Duration RESTS = SECOND.dividedBy(TestRandom.LONG ? 20 : 4);

  /** So long a young gateway may go on compiling; one that spins never rests. */
  private static final int SETTLED_SECONDS = 30;

  @TempDir Path directory;

  @Test
  void thePortIsClosedOpenedAgainByItsNameAndNothingIsLeftBehind() {
    try (var adapter = UsbAdapter.plugged(directory.resolve("usb-adapter"));
        var server = LibmodbusServer.start(1)) {
      Site site =
          new Site(directory)
              .serialLine("bus", adapter.link())
              .deviceOf(
                  "meter",
                  "bus",
                  1,
                  List.of("every: 200ms", "timeout: 500ms"),
                  Map.of("level", "{ at: holding 0 }"))
              .line("plc", server.port())
              .countingDevice("plc", 1, 2, "200ms");
      try (var gateway = Distribution.start(site)) {
        ChildProcess process = gateway.process();
        var use = new ProcessUse(process.pid());
        awaitBus(gateway, "answers", bus -> bus.answered("meter") > 0);
        long pollsBefore = server.counters().get(1);
        var closed = new ArrayList<Duration>();
        var reopened = new ArrayList<Duration>();
        int files = 0;
        int threads = 0;
        for (int i = 0; i < TIMES; i++) {
          String device = adapter.device().toString();
          assertThat(use.open()).contains(device);
          long connects = LineStatus.of(gateway, "bus").connects();
          adapter.unplug();
          closed.add(
              Eventually.holds(
                  "the descriptor is closed",
                  LIMIT,
                  () -> use.open().stream().noneMatch(file -> file.startsWith(device)),
                  process::output));
          awaitBus(gateway, "is down", bus -> bus.isDown() && bus.reason().contains("port"));
          awaitBus(gateway, "has it down", bus -> bus.reason("meter").equals("disconnected"));
          adapter.plugIn();
          reopened.add(
              Eventually.holds(
                  "the new device is open",
                  LIMIT,
                  () -> use.open().contains(adapter.device().toString()),
                  process::output));
          awaitBus(gateway, "is back", bus -> bus.connects() > connects && bus.isUp("meter"));
          if (i == 0) {
            files = use.open().size();
            threads = portThreads(use);
          }
        }
        System.out.printf(
            "unplugged %d times: closed within %s, open again within %s%n",
            TIMES, Collections.max(closed), Collections.max(reopened));
        within(closed, CLOSED);
        within(reopened, REOPENED);
        assertThat(use.open()).as("open files").hasSizeLessThanOrEqualTo(files + 2);
        assertThat(threads).as("threads of ports").isEqualTo(1);
        assertThat(portThreads(use)).as("threads of ports").isEqualTo(threads);

        gateway.awaitLog("line down line=bus .*is gone: was the adapter pulled", 0, LIMIT);
        adapter.unplug();
        awaitBus(gateway, "is down", LineStatus::isDown);
        Duration gone = settled(use);
        System.out.println("processor time a second while the adapter is gone: " + gone);
        assertThat(gone).as("the whole gateway, of one core").isLessThan(RESTS);
        assertThat(server.counters().get(1) - pollsBefore).as("of the other line").isPositive();
        gateway.stopInOrder();
      }
    }
  }

  private static void awaitBus(Distribution gateway, String what, Predicate<LineStatus> holds) {
    Eventually.holds(
        "the bus " + what,
        LIMIT,
        () -> holds.test(LineStatus.of(gateway, "bus")),
        () -> LineStatus.of(gateway, "bus").json().encode() + "\n" + gateway.process().output());
  }

  /** In a short run most rounds keep the figure, and none is far from it; in a long one all do. */
  private static void within(List<Duration> times, Duration figure) {
    Collections.sort(times);
    Duration worst = times.get(times.size() - 1);
    assertThat(times.get(times.size() / 2)).isLessThanOrEqualTo(figure);
    assertThat(worst).isLessThanOrEqualTo(TestRandom.LONG ? figure : figure.multipliedBy(3));
  }

  /** Processor time of the first second in which it rests, or else of the least busy one. */
  private static Duration settled(ProcessUse use) {
    Duration least = SECOND;
    for (int i = 0; i < SETTLED_SECONDS && least.compareTo(RESTS) >= 0; i++) {
      Duration before = use.processorTime();
      Eventually.pass(SECOND);
      Duration spent = use.processorTime().minus(before);
      least = spent.compareTo(least) < 0 ? spent : least;
    }
    return least;
  }

  private static int portThreads(ProcessUse use) {
    return (int) use.threads().stream().filter(name -> name.startsWith("port-")).count();
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.Pty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with serial lines is told by {@code sluice check}, before anything is opened. */
class SerialConfigurationTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path PORT = Path.of("/dev/ttyNone");

  @TempDir Path directory;

  @Test
  void unitsThatABusDoesNotHaveAreRefused() {
    Site site = new Site(directory).serialLine("bus", PORT);
    device(site, "low", "bus", 0);
    device(site, "high", "bus", 248);
    device(site, "last", "bus", 247);

    List<String> said = refused(site, 2);
    assertThat(said)
        .anyMatch(line -> line.matches(".*devices/low/unit: found 0, expected .* 1 to 247.*"))
        .anyMatch(line -> line.matches(".*devices/high/unit: found 248, expected .* 1 to 247.*"))
        .noneMatch(line -> line.contains("devices/last"));
    try (var run = Distribution.command("run", site.write().toString())) {
      assertThat(run.awaitExit(LIMIT)).as(run.output()).isEqualTo(2);
      assertThat(run.lines()).as("a gateway refuses it in the same words").containsAll(said);
      assertThat(site.outbox()).doesNotExist();
    }
  }

  @Test
  void twoLinesOnOnePortAreRefusedWhateverTheyCallIt() throws IOException {
    try (Pty pty = Pty.open()) {
      Path link = Files.createSymbolicLink(directory.resolve("adapter"), pty.device());
      Site site = new Site(directory).serialLine("bus-a", pty.device()).serialLine("bus-b", link);
      device(site, "meter", "bus-a", 1);

      assertThat(refused(site, 1))
          .anyMatch(
              line ->
                  line.contains("lines/bus-b: found the port " + pty.device())
                      && line.contains("which line bus-a has, expected a port of its own"));
    }
  }

  @Test
  void aTimeoutThatNoReplyCanKeepIsRefusedAndALongerOneIsNot() {
    Site site =
        new Site(directory)
            .lineOf("bus", "driver: modbus, serial: { port: %s, baud: 1200 }".formatted(PORT));
    var points = Map.of("first", "{ at: holding 0 }", "last", "{ at: holding 99, type: int16 }");
    site.deviceOf("hasty", "bus", 1, List.of("timeout: 200ms", "maxGap: 124"), points);
    site.deviceOf("patient", "bus", 2, List.of("timeout: 5s", "every: 10s", "maxGap: 124"), points);

    assertThat(refused(site, 1))
        .anyMatch(
            line -> line.matches(".*devices/hasty/timeout: found 200ms, expected at least .*"))
        .anyMatch(line -> line.contains("fc3 0..99 takes as long at 1200 8E1"));
  }

  @Test
  void oneProblemOfASerialLineDoesNotHideThoseOfAnother() {
    Site site =
        new Site(directory)
            .lineOf("a", "driver: modbus, serial: { port: /dev/ttyA, baud: 9 }")
            .lineOf("b", "driver: modbus, serial: { port: /dev/ttyB, parity: sometimes }")
            .lineOf("c", "driver: modbus, framing: tcp, serial: { port: /dev/ttyC }")
            .lineOf("d", "driver: modbus, pipelining: 4, serial: { port: /dev/ttyD }")
            .lineOf("e", "driver: modbus, serial: { baud: 9600 }");
    device(site, "meter", "a", 1);

    List<String> said = refused(site, 5);
    Stream.of("lines/a/serial/baud", "lines/b/serial/parity", "lines/c/framing", "lines/d/pipelin")
        .forEach(where -> assertThat(said).anyMatch(line -> line.contains(where)));
    assertThat(said).anyMatch(line -> line.contains("lines/e/serial") && line.contains("port"));
  }

  private static void device(Site site, String id, String line, int unit) {
    site.deviceOf(id, line, unit, List.of(), Map.of("level", "{ at: holding 0 }"));
  }

  /** What {@code sluice check} says. */
  private static List<String> refused(Site site, int problems) {
    try (var check = Distribution.command("check", site.write().toString())) {
      assertThat(check.awaitExit(LIMIT)).as(check.output()).isEqualTo(2);
      assertThat(check.output()).contains(problems + " problem");
      return check.lines();
    }
  }
}

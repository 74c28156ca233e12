package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.Pty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Serial ports that cannot be used: each says why, and the other lines go on. */
class BadPortsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final List<String> QUICK = List.of("every: 500ms", "timeout: 300ms");

  @TempDir Path directory;

  @Test
  void eachOfThemSaysWhyAndTheOtherLinesGoOn() throws IOException {
    Path missing = directory.resolve("ttyUSB9");
    Path plain = Files.writeString(directory.resolve("notes.txt"), "no port");
    try (var server = LibmodbusServer.start(1);
        var busy = Pty.open();
        var holder = holding(busy.device());
        var forbidden = Pty.open();
        var noisy = Pty.open()) {
      Files.setPosixFilePermissions(forbidden.device(), Set.of());
      answerWithNoise(noisy);
      Site site = new Site(directory).line("plc", server.port()).uplink(FreePort.take());
      site.countingDevice("plc", 1, 3, "200ms");
      Map.of(
              "missing", missing,
              "busy", busy.device(),
              "forbidden", forbidden.device(),
              "plain", plain,
              "noisy", noisy.device())
          .forEach(
              (line, port) ->
                  site.serialLine(line, port)
                      .deviceOf(line + "-1", line, 1, QUICK, Map.of("level", "{ at: holding 0 }")));

      try (var gateway = Distribution.launch(site, site.write(), withoutRootsPowers())) {
        gateway.awaitAlive();
        says(gateway, "missing", "there is no serial port " + missing);
        says(gateway, "busy", busy.device() + " is in use by process " + holder.pid() + " (flock)");
        says(gateway, "forbidden", forbidden.device() + " (--------- ");
        says(gateway, "plain", plain + " is not a serial port: it is a plain file");
        gateway.awaitLog("device=noisy-1.*do speed and parity fit\\?", 0, LIMIT);
        gateway.awaitLog("line connected line=noisy", 0, LIMIT);

        long before = server.counters().get(1);
        Eventually.holds(
            "ten more polls of the line that is well",
            LIMIT,
            () -> server.counters().get(1) >= before + 10,
            gateway.process()::output);
        assertThat(Files.readString(plain)).isEqualTo("no port");
        gateway.stopInOrder();
      }
    }
  }

  /** In its log, and to whoever asks. */
  private static void says(Distribution gateway, String line, String what) {
    Eventually.holds(
        "line " + line + " says " + what,
        LIMIT,
        () -> {
          LineStatus status = LineStatus.of(gateway, line);
          return status.isDown() && status.reason().contains(what);
        },
        () -> gateway.page("/status"));
    // What is printed comes to us through a pipe, perhaps after what we asked for.
    Eventually.holds(
        "the log says so of line " + line,
        LIMIT,
        () ->
            gateway.process().lines().stream()
                .anyMatch(printed -> printed.contains("line=" + line) && printed.contains(what)),
        gateway.process()::output);
  }

  /** A process that has the port open and locked, as another master would. */
  private static ChildProcess holding(Path port) {
    ChildProcess holder =
        ChildProcess.start(
            "holder",
            Map.of(),
            List.of(
                ChildProcess.locate("flock"),
                port.toString(),
                "sh",
                "-c",
                "echo held; read nothing"));
    holder.awaitLine("held", LIMIT);
    return holder;
  }

  /** What a device at another speed is heard as: bytes, and never a frame. */
  private static void answerWithNoise(Pty port) {
    Random random = TestRandom.create("noise");
    var thread =
        new Thread(
            () -> {
              byte[] request = new byte[256];
              for (int count = 0; count >= 0; count = port.read(request, 50)) {
                if (count > 0) {
                  byte[] noise = new byte[3 + random.nextInt(5)];
                  random.nextBytes(noise);
                  port.write(noise);
                }
              }
            },
            "noise");
    thread.setDaemon(true);
    thread.start();
  }

  /** Root may open everything, unless it gives that up. */
  private static List<String> withoutRootsPowers() {
    var prefix = new ArrayList<String>();
    if ("root".equals(System.getProperty("user.name"))) {
      prefix.add(ChildProcess.locate("setpriv"));
      prefix.add("--bounding-set=-dac_override,-dac_read_search");
    }
    return prefix;
  }
}

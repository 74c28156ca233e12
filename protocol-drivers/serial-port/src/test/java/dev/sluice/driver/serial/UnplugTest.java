package dev.sluice.driver.serial;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter is pulled and plugged in again; it comes back as another device under its name. */
class UnplugTest {

  private static final int TIMES = Boolean.getBoolean("sluice.long") ? 50 : 8;

  @TempDir private Path folder;

  @Test
  void pulledAndBackAgainManyTimesItIsNoticedReopenedAndNothingLeaks() throws Exception {
    Path link = folder.resolve("usb-adapter");
    Pty pty = Pty.open(link);
    List<String> files = List.of();
    long threads = 0;
    try (var rig = new PortRig(link)) {
      for (int i = 0; i < TIMES; i++) {
        rig.open();
        EchoSlave.on(pty, (end, request) -> end.write(request));
        assertThat(rig.run("hello", 5, 10_000).received()).hasToString("hello");

        Pty pulled = pty;
        long before = System.nanoTime();
        pulled.close();
        assertThat(rig.lost.poll(10, SECONDS)).as("round " + i).contains("is gone");
        long noticed = System.nanoTime() - before;
        assertThat(noticed).as("noticed within").isLessThan(1_000_000_000L);
        assertThat(rig.refusal()).contains("no serial port " + link);

        long plugged = System.nanoTime();
        // Keeps the old number in use, so that the next one is another device.
        try (Pty other = Pty.open()) {
          pty = Pty.open(link);
          assertThat(other.device()).isNotEqualTo(pty.device());
        }
        assertThat(rig.available.poll(10, SECONDS)).as("told that it is back").isNotNull();
        assertThat(System.nanoTime() - plugged).as("told within").isLessThan(3_000_000_000L);
        if (i == 1) {
          files = openFiles();
          threads = portThreads();
        }
      }
      assertThat(openFiles()).as("open files").hasSizeLessThanOrEqualTo(files.size());
      assertThat(portThreads()).as("threads of ports").isLessThanOrEqualTo(threads);
    }
    pty.close();
  }

  @Test
  void whatIsUnderWayWhenItIsPulledEndsBeforeTheLineIsLost() throws Exception {
    Pty pty = Pty.open();
    try (var rig = new PortRig(pty.path())) {
      rig.open();
      Future<Outcome> running = rig.start(PollClass.POLL, "a", 5, 60_000);
      Future<Outcome> waiting = rig.start(PollClass.POLL, "b", 5, 60_000);
      byte[] heard = new byte[8];
      while (pty.read(heard, 1_000) == 0) {}
      pty.close();

      assertThat(rig.lost.poll(10, SECONDS)).contains("is gone");
      assertThat(running.isComplete()).as("told before the loss").isTrue();
      assertThat(waiting.isComplete()).as("told before the loss").isTrue();
      assertThat(await(running).kind()).isEqualTo(Outcome.Kind.PORT_LOST);
      assertThat(new String(heard, 0, 1, US_ASCII)).isEqualTo("a");
    }
  }

  @Test
  void waitingForAnAdapterThatIsGoneTakesNoTimeOfTheProcessor() throws Exception {
    Path link = folder.resolve("usb-adapter");
    try (var rig = new PortRig(link)) {
      assertThat(rig.refusal()).contains("no serial port");
      double share = 1;
      // One quiet one of many: a young JVM has work of its own, a loop would run in all of them.
      for (int i = 0; i < 20 && share >= 0.05; i++) {
        long before = cpuNanos();
        long began = System.nanoTime();
        // Nothing for half a second; what would end the wait is what must not come.
        assertThat(rig.available.poll(500, MILLISECONDS)).isNull();
        share = Math.min(share, (cpuNanos() - before) / (double) (System.nanoTime() - began));
      }
      assertThat(share).as("share of one core").isLessThan(0.05);
    }
  }

  private static long cpuNanos() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime();
  }

  /** What descriptors lead to, but for classes, which the JVM opens when it comes to them. */
  private static List<String> openFiles() throws IOException {
    var targets = new ArrayList<String>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path file : files) {
        if (Files.isSymbolicLink(file)) {
          targets.add(Files.readSymbolicLink(file).toString());
        }
      }
    }
    targets.removeIf(target -> target.endsWith(".jar"));
    return targets;
  }

  private static long portThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("port-"))
        .count();
  }
}

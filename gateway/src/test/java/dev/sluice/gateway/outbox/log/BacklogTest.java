package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However much waits: starting takes no longer, no more memory, and never more disk than allowed.
 */
@Tag("alone")
class BacklogTest {

  private static final Pattern RESULT =
      Pattern.compile("result records=(\\d+) open_ms=(\\d+) read_ms=(\\d+) growth_kib=(-?\\d+)");

  private static String run(Path directory, long records) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BacklogChild.class.getName(),
                directory.toString(),
                Long.toString(records))
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(child.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void aLargeBacklogStartsAtOnceAndInLittleMemory(@TempDir Path directory) throws Exception {
    long records = Plant.thorough() ? 10_000_000 : 500_000;
    run(directory, records);
    String said = run(directory, 0);
    System.out.print(said);
    Matcher result = RESULT.matcher(said);
    assertThat(result.find()).as(said).isTrue();
    assertThat(Long.parseLong(result.group(1))).isEqualTo(records);
    assertThat(Long.parseLong(result.group(2))).as("ms to open").isLessThanOrEqualTo(10_000);
    assertThat(Long.parseLong(result.group(4))).as("KiB").isLessThanOrEqualTo(64 * 1024);
  }

  /** A long outage, in small: everything went through its bound many times. */
  @Test
  void theBoundHoldsAtEveryStepOfAnOutageAndADrainedLogIsSmall() throws IOException {
    Plant plant = new Plant();
    plant.options =
        new LogOptions(
            Plant.DIRECTORY, 16L * Plant.SEGMENT, Duration.ofDays(30), Plant.SEGMENT, 1 << 20);
    long[] most = new long[1];
    try (Log log = plant.open()) {
      Cursor cursor = log.cursor("cloud");
      plant.files.hook((op, path) -> most[0] = Math.max(most[0], plant.files.used()));
      long written = 0;
      for (long n = 1; written < 40L * plant.options.maxBytes(); n += 5) {
        List<Entry> entries = Plant.entries(n, 5, 700);
        log.commit(entries);
        written += 5 * 700;
      }
      plant.files.hook((op, path) -> {});
      assertThat(most[0]).isLessThanOrEqualTo(plant.options.maxBytes() + Plant.SEGMENT);
      long last = Plant.drain(log, cursor).lastKey();
      assertThat(last).isEqualTo(log.next() - 1);
      boolean unused = cursor.acknowledge(1, last);
      assertThat(log.syncCursors()).isTrue();
      assertThat(log.stats().segments()).isEqualTo(1);
      System.out.printf(
          "most %d bytes of %d allowed; drained %d bytes%n",
          most[0], plant.options.maxBytes(), log.stats().bytes());
      assertThat(log.stats().bytes())
          .as("the last one, and a spare file")
          .isLessThanOrEqualTo(2L * 32 * 1024);
    }
  }
}

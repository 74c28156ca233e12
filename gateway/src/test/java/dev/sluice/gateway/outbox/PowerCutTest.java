package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Power cuts on real file systems. Takes root and loop devices; without them this fails, for what
 * was not tried is not proved.
 */
class PowerCutTest {

  /** A file in memory makes a disk whose flush costs nothing: more happens between two cuts. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private static final Pattern RESULT =
      Pattern.compile(
          "result cuts=(\\d+) durable=(\\d+) named=(\\d+) lost=(\\d+) reused=(\\d+)"
              + " streams=(\\d+) violations=(.*)");

  /** What a rig found. */
  private record Found(
      long cuts,
      long durable,
      long named,
      long lost,
      long reused,
      long streams,
      String violations,
      String all) {}

  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "sluice-power-")
            : Files.createTempDirectory("sluice-power-");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private Found run(LoopDisk.Kind kind, int cuts, String forced) throws Exception {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println(kind + ", seed " + seed);
    Path said = directory.resolve("said");
    Process rig =
        new ProcessBuilder(
                LoopDisk.locate("unshare"),
                "--mount",
                LoopDisk.locate("setpriv"),
                "--pdeathsig",
                "KILL",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PowerCutRig.class.getName(),
                kind.name(),
                directory.toString(),
                Long.toString(seed),
                Integer.toString(cuts),
                forced)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      boolean ended = rig.waitFor(60L + 2L * cuts, TimeUnit.SECONDS);
      String all = Files.readString(said, StandardCharsets.UTF_8);
      assertThat(ended).as("the rig ends\n%s", all).isTrue();
      Matcher result = RESULT.matcher(all);
      assertThat(rig.exitValue() == 0 && result.find())
          .as(
              "%s: every start works. Without root or loop devices this cannot pass.\n%s",
              kind, all)
          .isTrue();
      System.out.println(kind + ", " + forced + ": " + result.group());
      return new Found(
          Long.parseLong(result.group(1)),
          Long.parseLong(result.group(2)),
          Long.parseLong(result.group(3)),
          Long.parseLong(result.group(4)),
          Long.parseLong(result.group(5)),
          Long.parseLong(result.group(6)),
          result.group(7),
          all);
    } finally {
      rig.destroyForcibly().waitFor();
    }
  }

  private void losesNothing(LoopDisk.Kind kind, int cuts) throws Exception {
    int all = Boolean.getBoolean("sluice.long") ? cuts * 100 / 3 + 1 : cuts;
    Found found = run(kind, all, "forced");
    assertThat(found.violations).as(found.all).isEqualTo("[]");
    assertThat(found.lost).as(found.all).isZero();
    assertThat(found.streams).as("the stream goes on").isEqualTo(1);
    assertThat(found.durable).as("the cuts came in the middle of work").isGreaterThan(10L * all);
    assertThat(found.reused).as("files were written over").isPositive();
    assertThat(found.named).as("bounds forced records out").isPositive();
  }

  @Test
  void ext4LosesNothingThatWasDurable() throws Exception {
    losesNothing(LoopDisk.Kind.EXT4, 10);
  }

  @Test
  void ext4WithTheWeakerJournalLosesNothingThatWasDurable() throws Exception {
    losesNothing(LoopDisk.Kind.EXT4_WRITEBACK, 10);
  }

  @Test
  void xfsLosesNothingThatWasDurable() throws Exception {
    losesNothing(LoopDisk.Kind.XFS, 10);
  }

  @Test
  void withoutForceTheSameCutsLoseRecordsThatWereCalledDurable() throws Exception {
    for (LoopDisk.Kind kind : LoopDisk.Kind.values()) {
      assertThat(run(kind, 2, "unforced").lost).as("%s: loss is seen", kind).isPositive();
    }
  }
}

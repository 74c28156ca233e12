package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at a random time keeps every promise it printed. */
class KillTest {

  private final Map<Long, Long> durable = new HashMap<>();
  private final Set<Long> delivered = new HashSet<>();
  private final Set<Long> torn = new HashSet<>();

  @TempDir private Path directory;

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void killedAtAnyTimeItLosesNothingThatWasDurable() throws Exception {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Vertx vertx = Vertx.vertx();
    int kills = Boolean.getBoolean("sluice.long") ? 200 : 20;
    long extra = 0;
    for (int kill = 0; kill < kills; kill++) {
      if (kill % 5 == 4) {
        // Dead in the middle of its n-th force, which may be of a segment, a cursor, the directory.
        liveUntilForce(1 + 1_000_000L * kill, 1 + random.nextInt(40));
      } else {
        live(vertx, 1 + 1_000_000L * kill, 20 + random.nextInt(600));
      }
      extra += check(vertx);
    }
    System.out.printf(
        "%d kills, %d durable, 0 lost, %d not yet told, %d writes cut off%n",
        kills, durable.size(), extra, torn.size());
    assertThat(torn.size()).as("rare").isLessThanOrEqualTo(1 + kills / 100);
    get(vertx.close());
  }

  private Process start(long first, String... prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            KillChild.class.getName(),
            directory.toString(),
            Long.toString(first)));
    return new ProcessBuilder(command)
        .redirectError(directory.resolveSibling(directory.getFileName() + ".err").toFile())
        .start();
  }

  private void liveUntilForce(long first, int n) throws Exception {
    Process child =
        start(
            first,
            LoopDisk.locate("timeout"),
            "60",
            LoopDisk.locate("strace"),
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            "inject=fsync,fdatasync:signal=KILL:when=" + n);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = complete(lines); line != null; line = complete(lines)) {
        hear(line);
      }
      assertThat(child.waitFor()).as("exit code, killed at force %d", n).isEqualTo(128 + 9);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private void live(Vertx vertx, long first, int records) throws Exception {
    Process child = start(first);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      int heard = 0;
      for (String line = lines.readLine(); line != null; line = complete(lines)) {
        if (hear(line) && ++heard == records) {
          refusesASecond(vertx, child.pid());
          // By its handle: that leaves what it said before in the pipe.
          assertThat(child.toHandle().destroyForcibly()).isTrue();
        }
      }
      assertThat(heard).isGreaterThanOrEqualTo(records);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  /** The next line; a last one without an end was cut by the kill and promises nothing. */
  private static String complete(BufferedReader lines) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = lines.read(); c >= 0; c = lines.read()) {
      if (c == '\n') {
        return line.toString();
      }
      line.append((char) c);
    }
    return null;
  }

  private boolean hear(String line) {
    String[] words = line.split(" ");
    switch (words[0]) {
      case "durable" -> durable.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
      case "delivered" -> delivered.add(Long.parseLong(words[1]));
      default -> {
        return false; // the log of the child
      }
    }
    return words[0].equals("durable");
  }

  private void refusesASecond(Vertx vertx, long pid) throws Exception {
    long start = System.nanoTime();
    try {
      get(Outbox.open(vertx, KillChild.options(directory), new TestTime()));
      throw new AssertionError("two processes in one directory");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).hasMessageContaining("process " + pid);
      assertThat(System.nanoTime() - start).as("ns").isLessThan(15_000_000_000L);
    }
  }

  /**
   * A file that is written again holds old bytes where a write was cut off by the kill: it cannot
   * be told from one that got damaged, and is named to be safe. Nobody was told that it was
   * durable.
   */
  private long torn(OutboxRecord record) throws OutboxException {
    GapRecord gap = GapRecord.decode(record.payload());
    assertThat(gap.reason()).as("%s", gap).isEqualTo("corrupt");
    assertThat(durable.keySet())
        .as("%s", gap)
        .noneMatch(seq -> gap.first() <= seq && seq <= gap.last());
    return torn.add(record.seq()) ? gap.count() : 0;
  }

  private long check(Vertx vertx) throws Exception {
    Outbox outbox = get(Outbox.open(vertx, KillChild.options(directory), new TestTime()));
    OutboxCursor cursor = outbox.cursor("cloud");
    Set<Long> left = new HashSet<>();
    long extra = 0;
    long named = 0;
    long from = 0;
    for (List<OutboxRecord> records = get(cursor.read(from, 1 << 20));
        !records.isEmpty();
        records = get(cursor.read(from, 1 << 20))) {
      for (OutboxRecord record : records) {
        if (record.kind() == RecordKind.GAP) {
          named += torn(record);
          from = record.seq() + 1;
          continue;
        }
        Long n = durable.get(record.seq());
        if (n == null) {
          extra++;
        } else {
          assertThat(record.payload()).isEqualTo(KillChild.payload(n));
        }
        assertThat(left.add(record.seq())).isTrue();
        from = record.seq() + 1;
      }
    }
    for (long seq : durable.keySet()) {
      assertThat(left.contains(seq) || delivered.contains(seq)).as("seq %d", seq).isTrue();
    }
    assertThat(outbox.stats().corruptRecords()).isEqualTo(named);
    get(outbox.close());
    return extra;
  }
}

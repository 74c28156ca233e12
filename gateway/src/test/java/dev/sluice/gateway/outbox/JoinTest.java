package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uplinks that come and go, each beside the others. */
class JoinTest {

  private static final Path MEMORY = Path.of("/outbox");

  private MemoryFiles files = new MemoryFiles();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Outbox open() throws Exception {
    var options =
        new OutboxOptions(
            MEMORY,
            1 << 20,
            Duration.ofDays(30),
            Duration.ZERO,
            32 * 1024,
            Duration.ofMillis(20),
            64 * 1024,
            1 << 20,
            64 * 1024);
    return get(Outbox.open(vertx, options, new TestTime(), files));
  }

  /** What a power cut leaves, and a new process. */
  private Outbox openAfterPowerCut() throws Exception {
    files = files.afterCrash();
    return open();
  }

  private static void append(Outbox outbox, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      get(outbox.append(RecordKind.DATA, new byte[50], 1));
    }
  }

  private static List<Long> seqs(List<OutboxRecord> records) {
    return records.stream().map(OutboxRecord::seq).toList();
  }

  private static List<OutboxRecord> read(Outbox outbox, String uplink) throws Exception {
    OutboxCursor cursor = outbox.cursor(uplink);
    return get(cursor.read(cursor.low(), 1 << 20));
  }

  @Test
  void aNewUplinkBeginsNowAndIsToldSoAndStaysThereThroughAPowerCut() throws Exception {
    Outbox outbox = open();
    get(outbox.join(Map.of("old", CursorStart.NOW)));
    append(outbox, 3);
    OutboxRecord first = read(outbox, "old").get(0);
    assertThat(first.seq()).isEqualTo(1);

    get(outbox.join(Map.of("old", CursorStart.NOW, "new", CursorStart.NOW)));
    append(outbox, 2); // accepted after it came to be, and it never synced by itself

    Outbox again = openAfterPowerCut();
    get(again.join(Map.of("old", CursorStart.NOW, "new", CursorStart.NOW)));
    List<OutboxRecord> records = read(again, "new");
    assertThat(seqs(records)).containsExactly(4L, 5L, 6L);
    assertThat(GapRecord.decode(records.get(0).payload()))
        .isEqualTo(new GapRecord(1, 3, 0, "start", "new"));
    assertThat(seqs(read(again, "old"))).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(GapRecord.decode(read(again, "old").get(3).payload()).reason())
        .isEqualTo("other-uplink");
    get(again.close());
    get(outbox.close());
  }

  @Test
  void aNewUplinkMayBeginWithTheOldest() throws Exception {
    Outbox outbox = open();
    get(outbox.join(Map.of("old", CursorStart.NOW)));
    append(outbox, 3);
    assertThat(read(outbox, "old")).hasSize(3);
    get(outbox.join(Map.of("new", CursorStart.OLDEST)));
    assertThat(seqs(read(outbox, "new"))).containsExactly(1L, 2L, 3L);
    get(outbox.close());
  }

  @Test
  void theFirstUplinksOfAnOutboxGetEverythingAlsoWhenPowerFailsBetweenThem() throws Exception {
    Outbox outbox = open();
    append(outbox, 2);
    files.hook(
        (op, path) -> {
          if (path.toString().contains("b.cursor")) {
            throw new IOException("injected");
          }
        });
    get(outbox.join(Map.of("a", CursorStart.NOW, "b", CursorStart.NOW)));
    assertThat(files.afterCrash().contents().keySet())
        .contains(MEMORY.resolve("a.cursor"))
        .doesNotContain(MEMORY.resolve("b.cursor"));

    Outbox again = openAfterPowerCut();
    get(again.join(Map.of("a", CursorStart.NOW, "b", CursorStart.NOW)));
    assertThat(seqs(read(again, "a"))).containsExactly(1L, 2L);
    assertThat(seqs(read(again, "b"))).containsExactly(1L, 2L);
    get(again.close());
    files.hook((op, path) -> {});
    get(outbox.close());
  }

  @Test
  void onADiskThatDoesNotTakeItTheCursorComesWhenItDoes() throws Exception {
    Outbox outbox = open();
    get(outbox.join(Map.of("old", CursorStart.NOW)));
    append(outbox, 3);
    read(outbox, "old");
    files.hook(
        (op, path) -> {
          if (path.toString().contains("new.cursor")) {
            throw new IOException("injected");
          }
        });
    get(outbox.join(Map.of("new", CursorStart.NOW)));
    append(outbox, 1);
    assertThat(seqs(read(outbox, "new"))).containsExactly(4L, 5L);
    CountDownLatch there = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE_DIRECTORY) {
            there.countDown();
          }
        });
    assertThat(there.await(20, TimeUnit.SECONDS)).isTrue();
    get(outbox.close());
    Outbox again = openAfterPowerCut();
    assertThat(again.uplinks()).contains("new");
    assertThat(again.cursor("new").low()).isEqualTo(4);
    get(again.close());
  }

  @Test
  void anUplinkThatComesBackIsANewOne() throws Exception {
    Outbox outbox = open();
    get(outbox.join(Map.of("a", CursorStart.NOW, "b", CursorStart.NOW)));
    append(outbox, 3);
    assertThat(read(outbox, "a")).hasSize(3);
    assertThat(outbox.stats().backlog()).containsEntry("b", 3L);
    get(outbox.forget("b"));
    assertThat(outbox.stats().backlog()).doesNotContainKey("b");
    append(outbox, 1);
    get(outbox.join(Map.of("a", CursorStart.NOW, "b", CursorStart.NOW)));
    assertThat(outbox.cursor("b").low()).isEqualTo(5);
    get(outbox.close());
  }

  @Test
  void aReadThatHangsHoldsUpNoOtherUplink() throws Exception {
    Outbox outbox = open();
    get(outbox.join(Map.of("stuck", CursorStart.NOW, "well", CursorStart.NOW)));
    append(outbox, 3);
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.READ && Thread.currentThread().getName().contains("stuck")) {
            hanging.countDown();
            await(goOn);
          }
        });
    OutboxCursor stuck = outbox.cursor("stuck");
    Future<List<OutboxRecord>> late = stuck.read(1, 100);
    assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(read(outbox, "well")).hasSize(3);
    append(outbox, 1);
    assertThat(read(outbox, "well")).hasSize(4);
    assertThat(late.isComplete()).isFalse();
    goOn.countDown();
    assertThat(get(late)).isNotEmpty();
    get(outbox.close());
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A lane of history and one of live records: were it one place, each turn would search anew. */
  @Test
  void twoReadersThatTakeTurnsCostNoMoreThanOneEach() throws Exception {
    Outbox outbox = open();
    get(outbox.join(Map.of("cloud", CursorStart.NOW)));
    append(outbox, 200);
    OutboxCursor cursor = outbox.cursor("cloud");
    AtomicInteger opened = new AtomicInteger();
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.OPEN) {
            opened.incrementAndGet();
          }
        });
    var low = new ArrayList<Long>();
    var high = new ArrayList<Long>();
    for (int i = 0; i < 100; i++) {
      low.addAll(seqs(get(cursor.read(1 + i, 1))));
      high.addAll(seqs(get(cursor.read(101 + i, 1))));
    }
    assertThat(low).hasSize(100).isSorted().startsWith(1L);
    assertThat(high).hasSize(100).isSorted().startsWith(101L);
    long segments = outbox.stats().segments();
    assertThat(opened.get()).as("of %s segments", segments).isLessThanOrEqualTo((int) segments + 2);
    get(outbox.close());
  }
}

package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.DiskFullException;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogClock;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

  private static final Path MEMORY = Path.of("/outbox");

  private final MemoryFiles files = new MemoryFiles();
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

  private static OutboxException.Reason refusal(Future<?> future) throws Exception {
    try {
      get(future);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(OutboxException.class);
      return ((OutboxException) e.getCause()).reason();
    }
    throw new AssertionError("succeeded");
  }

  private static OutboxOptions options(Path directory) {
    return new OutboxOptions(
        directory,
        256 * 1024,
        Duration.ofDays(30),
        Duration.ofMillis(20),
        32 * 1024,
        Duration.ofMillis(30),
        64 * 1024,
        82_000,
        64 * 1024);
  }

  /** No waiting for company: commits and cursor syncs are due at once. */
  private static OutboxOptions eager() {
    OutboxOptions usual = options(MEMORY);
    return new OutboxOptions(
        MEMORY,
        usual.maxBytes(),
        usual.maxAge(),
        Duration.ZERO,
        usual.segmentBytes(),
        Duration.ZERO,
        usual.commitBytes(),
        usual.maxPending(),
        usual.maxDamaged());
  }

  private Outbox open() throws Exception {
    return open(MEMORY, files);
  }

  private Outbox open(Path directory, FileOps disk) throws Exception {
    return get(Outbox.open(vertx, options(directory), new TestTime(), disk));
  }

  private static byte[] payload(int n, int size) {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) n;
    bytes[1] = (byte) (n >> 8);
    return bytes;
  }

  private static List<Long> seqs(List<OutboxRecord> records) {
    return records.stream().map(OutboxRecord::seq).toList();
  }

  @Test
  void appendCompletesOnTheCallersContextWhenDurable() throws Exception {
    Outbox outbox = open();
    CompletableFuture<Context> completedOn = new CompletableFuture<>();
    CompletableFuture<Integer> afterCrash = new CompletableFuture<>();
    Context caller = vertx.getOrCreateContext();
    caller.runOnContext(
        start ->
            outbox
                .append(RecordKind.DATA, payload(1, 100), 7)
                .onSuccess(
                    seq -> {
                      afterCrash.complete(files.afterCrash().contents().size());
                      completedOn.complete(Vertx.currentContext());
                    }));
    assertThat(completedOn.get(20, TimeUnit.SECONDS)).isSameAs(caller);
    assertThat(afterCrash.get(20, TimeUnit.SECONDS)).as("files a power cut leaves").isPositive();
    List<OutboxRecord> records = get(outbox.cursor("cloud").read(0, 1000));
    assertThat(seqs(records)).containsExactly(1L);
    assertThat(records.get(0).readings()).isEqualTo(7);
    assertThat(records.get(0).payload()).isEqualTo(payload(1, 100));
    get(outbox.close());
  }

  @Test
  void recordsOfOneWindowShareOneForceAndKeepTheirOrder() throws Exception {
    Outbox outbox = open();
    AtomicInteger forces = new AtomicInteger();
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE && path.toString().endsWith(".seg")) {
            forces.incrementAndGet();
          }
        });
    List<Future<Long>> appends = new ArrayList<>();
    CountDownLatch called = new CountDownLatch(1);
    vertx.runOnContext(
        start -> {
          for (int i = 0; i < 50; i++) {
            appends.add(outbox.append(RecordKind.DATA, payload(i, 30), 1));
          }
          called.countDown();
        });
    assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(get(appends.get(i))).isEqualTo(i + 1);
    }
    assertThat(forces.get()).isEqualTo(1);
    get(outbox.close());
  }

  @Test
  void aSlowForceDelaysNoReadingAndOnlyDurableRecordsAreSeen() throws Exception {
    Outbox outbox = open();
    OutboxCursor cursor = outbox.cursor("cloud");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
    CountDownLatch inForce = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE && path.toString().endsWith(".seg")) {
            inForce.countDown();
            awaitQuietly(goOn);
          }
        });
    BlockingQueue<Long> told = new LinkedBlockingQueue<>();
    cursor.onRecords(() -> told.add(cursor.next()));
    Future<Long> second = outbox.append(RecordKind.DATA, payload(2, 50), 1);
    assertThat(inForce.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(seqs(get(cursor.read(1, 1000)))).containsExactly(1L);
    assertThat(get(cursor.read(2, 1000))).isEmpty();
    assertThat(cursor.next()).isEqualTo(2);
    assertThat(second.isComplete()).isFalse();
    assertThat(outbox.stats().pending()).isEqualTo(1);
    assertThat(outbox.stats().unsyncedNanos()).isPositive();
    goOn.countDown();
    assertThat(get(second)).isEqualTo(2);
    Long next = told.poll(20, TimeUnit.SECONDS);
    if (next != null && next == 2) {
      next = told.poll(20, TimeUnit.SECONDS); // the first commit told, too
    }
    assertThat(next).isEqualTo(3);
    assertThat(seqs(get(cursor.read(2, 1000)))).containsExactly(2L);
    assertThat(outbox.stats().unsyncedNanos()).isZero();
    get(outbox.close());
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whileTheDiskFailsRecordsWaitInBoundedMemoryAndAllArriveAfterwards() throws Exception {
    Outbox outbox = open();
    get(outbox.append(RecordKind.DATA, payload(0, 50), 1));
    CountDownLatch failed = new CountDownLatch(3);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE || op == MemoryFiles.Op.CREATE) {
            failed.countDown();
            throw new IOException("injected");
          }
        });
    List<Future<Long>> appends = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      appends.add(outbox.append(RecordKind.DATA, payload(i, 1000), 1));
    }
    for (int i = 0; i < 6; i++) {
      Future<Long> more = outbox.append(RecordKind.DATA, payload(99, 1000), 1);
      if (more.failed()) {
        assertThat(refusal(more)).isEqualTo(OutboxException.Reason.FULL);
      } else {
        appends.add(more);
      }
    }
    assertThat(appends).hasSize(65);
    assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();
    OutboxStats stats = outbox.stats();
    assertThat(stats.writable()).isFalse();
    assertThat(stats.refused()).isEqualTo(1);
    assertThat(stats.pending()).isEqualTo(65);
    assertThat(outbox.cursor("cloud").next()).isEqualTo(2);
    files.hook((op, path) -> {});
    for (int i = 0; i < appends.size(); i++) {
      assertThat(get(appends.get(i))).isEqualTo(i + 2);
    }
    assertThat(outbox.stats().writable()).isTrue();
    assertThat(outbox.stats().poisonedSegments()).isPositive();
    List<OutboxRecord> records = get(outbox.cursor("cloud").read(0, 1 << 20));
    assertThat(records).hasSize(66);
    for (int i = 1; i <= 60; i++) {
      assertThat(records.get(i).payload()).isEqualTo(payload(i, 1000));
    }
    get(outbox.close());
  }

  @Test
  void aFullDiskCostsTheOldestSegmentWhichIsNamed() throws Exception {
    Outbox outbox = open();
    OutboxCursor cursor = outbox.cursor("cloud");
    for (int i = 1; i <= 12; i++) {
      get(outbox.append(RecordKind.DATA, payload(i, 6000), 3));
    }
    files.capacity(files.used());
    for (int i = 13; i <= 30; i++) {
      get(outbox.append(RecordKind.DATA, payload(i, 6000), 3));
    }
    List<OutboxRecord> left = new ArrayList<>();
    for (List<OutboxRecord> next = get(cursor.read(0, 50_000));
        !next.isEmpty();
        next = get(cursor.read(left.get(left.size() - 1).seq() + 1, 50_000))) {
      left.addAll(next);
    }
    List<GapRecord> gaps = new ArrayList<>();
    for (OutboxRecord record : left) {
      if (record.kind() == RecordKind.GAP) {
        gaps.add(GapRecord.decode(record.payload()));
      }
    }
    assertThat(gaps).isNotEmpty().allMatch(gap -> gap.reason().equals("disk"));
    long data = left.stream().filter(record -> record.kind() == RecordKind.DATA).count();
    assertThat(data).isBetween(6L, 12L);
    assertThat(gaps.stream().mapToLong(GapRecord::count).sum()).isEqualTo(3 * (30 - data));
    assertThat(cursor.low()).as("until the gaps are delivered").isEqualTo(1);
    left.forEach(record -> cursor.ack(record.seq()));
    assertThat(cursor.low()).isEqualTo(cursor.next());
    get(outbox.close());
  }

  @Test
  void aGapOfOneUplinkIsOnlyASeqToTheOther() throws Exception {
    Outbox outbox = open();
    OutboxCursor cloud = outbox.cursor("cloud");
    OutboxCursor local = outbox.cursor("local");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 9));
    var lost = new GapRecord(1, 1, 9, "bytes", "local");
    long seq = get(outbox.append(RecordKind.GAP, lost.encode(), 0));

    OutboxRecord own = get(local.read(seq, 1_000)).get(0);
    OutboxRecord foreign = get(cloud.read(seq, 1_000)).get(0);
    assertThat(GapRecord.decode(own.payload())).isEqualTo(lost);
    assertThat(GapRecord.decode(foreign.payload()))
        .isEqualTo(new GapRecord(seq, seq, 0, "other-uplink"));
    local.ack(seq);
    cloud.ack(seq);
    assertThat(local.low()).as("what was lost for it is settled").isEqualTo(3);
    assertThat(cloud.low()).as("it still wants the reading").isEqualTo(1);
    get(outbox.close());
  }

  @Test
  void aRefusedRecordOfOneUplinkStaysWantedByTheOther() throws Exception {
    Outbox outbox = open();
    OutboxCursor cloud = outbox.cursor("cloud");
    OutboxCursor local = outbox.cursor("local");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 9));
    long gap = get(outbox.append(RecordKind.GAP, new GapRecord(1, 1, 9, "refused").encode(), 0));
    cloud.ack(1);
    get(local.read(2, 1000));
    local.ack(gap);
    assertThat(local.low()).isEqualTo(1);
    assertThat(cloud.low()).isEqualTo(2);
    get(outbox.close());
  }

  @Test
  void afterACleanEndEverythingGoesOnWhereItWas(@TempDir Path directory) throws Exception {
    Outbox outbox = open(directory, FileOps.DISK);
    String stream = outbox.stream();
    OutboxCursor cursor = outbox.cursor("cloud");
    for (int i = 1; i <= 10; i++) {
      get(outbox.append(RecordKind.DATA, payload(i, 50), 1));
    }
    cursor.ack(1);
    cursor.ack(2);
    cursor.ack(5);
    assertThatThrownBy(() -> cursor.ack(11)).isInstanceOf(IllegalArgumentException.class);
    get(outbox.close());
    get(outbox.close());
    assertThat(refusal(outbox.append(RecordKind.DATA, payload(1, 9), 0)))
        .isEqualTo(OutboxException.Reason.CLOSED);
    assertThat(refusal(cursor.read(0, 1))).isEqualTo(OutboxException.Reason.CLOSED);

    Outbox again = open(directory, FileOps.DISK);
    assertThat(again.stream()).isEqualTo(stream);
    assertThat(again.uplinks()).containsExactly("cloud");
    assertThat(again.stats().backlog()).containsEntry("cloud", 7L);
    assertThat(seqs(get(again.cursor("cloud").read(0, 1000))))
        .containsExactly(3L, 4L, 6L, 7L, 8L, 9L, 10L);
    assertThat(get(again.append(RecordKind.DEVICE_STATE, payload(11, 9), 0))).isEqualTo(11);
    get(again.forget("cloud"));
    assertThat(again.uplinks()).isEmpty();
    get(again.close());
  }

  @Test
  void aSecondOpenOfTheDirectoryIsRefusedAtOnce(@TempDir Path directory) throws Exception {
    Outbox outbox = open(directory, FileOps.DISK);
    Future<Outbox> second = Outbox.open(vertx, options(directory), new TestTime());
    assertThat(refusal(second)).isEqualTo(OutboxException.Reason.LOCKED);
    assertThat(second.cause()).hasMessageContaining("this process");
    get(outbox.close());
    get(open(directory, FileOps.DISK).close());
  }

  @Test
  void interruptsOfItsThreadsCostNothing(@TempDir Path directory) throws Exception {
    Outbox outbox = open(directory, FileOps.DISK);
    OutboxCursor cursor = outbox.cursor("cloud");
    for (int i = 1; i <= 30; i++) {
      Future<Long> append = outbox.append(RecordKind.DATA, payload(i, 50), 1);
      Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("sluice-outbox-"))
          .forEach(Thread::interrupt);
      Thread.currentThread().interrupt(); // the caller's flag must not reach the files either
      assertThat(Thread.interrupted()).isTrue();
      assertThat(get(append)).isEqualTo(i);
      get(cursor.read(i, 1000).recover(again -> cursor.read(1, 1000)));
    }
    assertThat(get(cursor.read(1, 100_000))).hasSize(30);
    get(outbox.close());
  }

  @Test
  void closingOnABrokenDiskTellsWhoWaits() throws Exception {
    Outbox outbox = open();
    files.hook(
        (op, path) -> {
          throw new IOException("injected");
        });
    Future<Long> append = outbox.append(RecordKind.DATA, payload(1, 50), 1);
    get(outbox.close());
    assertThat(refusal(append)).isEqualTo(OutboxException.Reason.CLOSED);
  }

  @Test
  void whatDoesNotFitASegmentIsRefused() throws Exception {
    Outbox outbox = open();
    int most = options(MEMORY).maxPayload();
    assertThat(refusal(outbox.append(RecordKind.DATA, new byte[most + 1], 1)))
        .isEqualTo(OutboxException.Reason.TOO_LARGE);
    assertThat(get(outbox.append(RecordKind.DATA, new byte[most], 1))).isEqualTo(1);
    get(outbox.close());
  }

  @Test
  void aSecondReadWaitsForTheFirst() throws Exception {
    Outbox outbox = open();
    get(outbox.append(RecordKind.DATA, new byte[9], 1));
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.READ) {
            awaitQuietly(goOn);
          }
        });
    OutboxCursor cursor = outbox.cursor("cloud");
    Future<List<OutboxRecord>> first = cursor.read(0, 10);
    Future<List<OutboxRecord>> second = cursor.read(0, 10);
    assertThat(second.isComplete()).isFalse();
    goOn.countDown();
    assertThat(get(first)).hasSize(1);
    assertThat(get(second)).hasSize(1);
    get(outbox.close());
  }

  @Test
  void aLoadThatNeverPausesLeavesRoomForTasksAndCursors() throws Exception {
    Outbox outbox = get(Outbox.open(vertx, eager(), new TestTime(), files));
    outbox.cursor("cloud");
    outbox.cursor("gone");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
    AtomicBoolean cursorFile = new AtomicBoolean();
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE && path.toString().endsWith(".seg")) {
            var unused = outbox.append(RecordKind.DATA, payload(2, 50), 1);
          }
          if (op == MemoryFiles.Op.FORCE && path.toString().contains("cloud.cursor")) {
            cursorFile.set(true);
          }
        });
    get(outbox.append(RecordKind.DATA, payload(3, 50), 1));
    outbox.cursor("cloud").ack(1);
    get(outbox.forget("gone"));
    long then = outbox.cursor("cloud").next();
    while (!cursorFile.get() || outbox.cursor("cloud").next() == then) {
      get(outbox.append(RecordKind.DATA, payload(4, 50), 1));
    }
    files.hook((op, path) -> {});
    get(outbox.close());
  }

  @Test
  void aDiskThatStaysFullCostsOneSegmentAndNotAll() throws Exception {
    Outbox outbox = open();
    outbox.cursor("cloud");
    for (int i = 1; i <= 20; i++) {
      get(outbox.append(RecordKind.DATA, payload(i, 6000), 3));
    }
    CountDownLatch failures = new CountDownLatch(5);
    AtomicInteger deleted = new AtomicInteger();
    files.hook(
        (op, path) -> {
          boolean segment = path.toString().endsWith(".seg");
          if (segment && (op == MemoryFiles.Op.WRITE || op == MemoryFiles.Op.CREATE)) {
            failures.countDown();
            throw new DiskFullException("injected", null);
          }
          if (segment && op == MemoryFiles.Op.DELETE) {
            deleted.incrementAndGet();
          }
        });
    Future<Long> waits = outbox.append(RecordKind.DATA, payload(21, 6000), 3);
    assertThat(failures.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(deleted.get()).isEqualTo(1);
    files.hook((op, path) -> {});
    get(waits);
    get(outbox.close());
  }

  @Test
  void cursorsThatCannotBeWrittenAreTriedAgainWithPauses() throws Exception {
    Outbox outbox = get(Outbox.open(vertx, eager(), new TestTime(), files));
    OutboxCursor cursor = outbox.cursor("cloud");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
    CountDownLatch tried = new CountDownLatch(5);
    AtomicInteger attempts = new AtomicInteger();
    files.hook(
        (op, path) -> {
          if (path.toString().contains(".cursor")) {
            attempts.incrementAndGet();
            tried.countDown();
            throw new IOException("injected");
          }
        });
    cursor.ack(1);
    long start = System.nanoTime();
    assertThat(tried.await(20, TimeUnit.SECONDS)).isTrue();
    while (System.nanoTime() - start < Duration.ofMillis(300).toNanos()) {
      get(outbox.append(RecordKind.DATA, payload(2, 50), 1));
    }
    assertThat(attempts.get()).isLessThan(200);
    files.hook((op, path) -> {});
    get(outbox.close());
    Outbox again = open();
    assertThat(again.cursor("cloud").low()).isEqualTo(2);
    get(again.close());
  }

  @Test
  void smallRecordsAreChargedForMoreThanTheirPayload() throws Exception {
    Outbox outbox = open();
    files.hook(
        (op, path) -> {
          throw new IOException("injected");
        });
    int taken = 0;
    Future<Long> next = outbox.append(RecordKind.DATA, new byte[1], 1);
    while (!next.failed()) {
      taken++;
      next = outbox.append(RecordKind.DATA, new byte[1], 1);
    }
    assertThat(refusal(next)).isEqualTo(OutboxException.Reason.FULL);
    assertThat(taken).isEqualTo(82_000 / 257);
    get(outbox.close());
  }

  @Test
  void aBugInTheWriterTellsWhoWaitsAndGivesTheDirectoryFree() throws Exception {
    for (Throwable bug : List.of(new IllegalStateException("bug"), new StackOverflowError())) {
      Outbox outbox = open();
      get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
      files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.FORCE) {
              raise(bug);
            }
          });
      assertThat(refusal(outbox.append(RecordKind.DATA, payload(2, 50), 1)))
          .isEqualTo(OutboxException.Reason.CLOSED);
      get(outbox.close());
      files.hook((op, path) -> {});
      Outbox again = open();
      get(again.append(RecordKind.DATA, payload(3, 50), 1));
      get(again.close());
    }
  }

  @Test
  void aBugWhileOpeningIsToldAndGivesTheDirectoryFree() throws Exception {
    files.hook((op, path) -> raise(new StackOverflowError()));
    assertThatThrownBy(() -> open()).hasCauseInstanceOf(StackOverflowError.class);
    files.hook((op, path) -> {});
    get(open().close());
  }

  private static void raise(Throwable bug) {
    if (bug instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) bug;
  }

  @Test
  void aBugInATaskEndsOnlyThatTask() throws Exception {
    Outbox outbox = open();
    outbox.cursor("cloud");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
    files.hook(
        (op, path) -> {
          // Not what the writer itself deletes, which may be due at the same time.
          if (op == MemoryFiles.Op.DELETE && path.toString().endsWith(".cursor")) {
            raise(new IllegalStateException("bug"));
          }
        });
    assertThatThrownBy(() -> get(outbox.forget("cloud")))
        .hasCauseInstanceOf(IllegalStateException.class);
    files.hook((op, path) -> {});
    get(outbox.append(RecordKind.DATA, payload(2, 50), 1));
    get(outbox.close());
  }

  @Test
  void anUplinkThatIsForgottenStartsAfreshOnlyAfterwards() throws Exception {
    Outbox outbox = open();
    OutboxCursor old = outbox.cursor("cloud");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
    get(outbox.append(RecordKind.DATA, payload(2, 50), 1));
    old.ack(1);
    assertThat(seqs(get(old.read(0, 1000)))).containsExactly(2L);
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.DELETE && path.toString().endsWith(".cursor")) {
            awaitQuietly(goOn);
          }
        });
    Future<Void> first = outbox.forget("cloud");
    Future<Void> second = outbox.forget("cloud");
    assertThatThrownBy(() -> outbox.cursor("cloud")).isInstanceOf(IllegalStateException.class);
    goOn.countDown();
    get(first);
    get(second);
    OutboxCursor fresh = outbox.cursor("cloud");
    assertThat(fresh.low()).isEqualTo(1);
    assertThat(refusal(old.read(0, 1000))).isEqualTo(OutboxException.Reason.CLOSED);
    fresh.ack(1);
    fresh.ack(2);
    get(outbox.close());
    Outbox again = open();
    assertThat(again.cursor("cloud").low()).as("its file is written").isEqualTo(3);
    get(again.close());
  }

  @Test
  void aCursorThatCannotBeDeletedStays() throws Exception {
    Outbox outbox = open();
    OutboxCursor cursor = outbox.cursor("cloud");
    get(outbox.append(RecordKind.DATA, payload(1, 50), 1));
    cursor.ack(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.DELETE) {
            throw new IOException("injected");
          }
        });
    assertThat(refusal(outbox.forget("cloud"))).isEqualTo(OutboxException.Reason.DISK);
    files.hook((op, path) -> {});
    assertThat(outbox.uplinks()).containsExactly("cloud");
    assertThat(outbox.cursor("cloud").low()).isEqualTo(2);
    get(outbox.close());
  }

  @Test
  void aCorruptGapSettlesNothingBeyondIt() throws Exception {
    Outbox outbox = open();
    OutboxCursor cursor = outbox.cursor("cloud");
    for (int i = 1; i <= 60; i++) {
      get(outbox.append(RecordKind.DATA, payload(i, 6000), 3));
    }
    assertThat(outbox.stats().evictedRecords()).isGreaterThan(1);
    assertThat(cursor.low()).isEqualTo(1);
    long gap = get(outbox.append(RecordKind.GAP, new GapRecord(1, 1, 1, "corrupt").encode(), 0));
    assertThat(seqs(get(cursor.read(gap, 1000)))).containsExactly(gap);
    cursor.ack(gap);
    assertThat(cursor.low()).isEqualTo(2);
    get(outbox.close());
  }

  @Test
  void aRecordOfAKindOfTheFutureIsPassedAndNamed() throws Exception {
    LogOptions bounds =
        new LogOptions(MEMORY, 256 * 1024, Duration.ofDays(30), 32 * 1024, 64 * 1024);
    try (Log log = Log.open(bounds, files, new StillClock(), new Gaps(), new Random(1))) {
      log.cursor("cloud");
      log.commit(
          List.of(
              new Entry(0, 1, payload(1, 50)),
              new Entry(77, 5, payload(2, 50)),
              new Entry(0, 1, payload(3, 50))));
    }
    Outbox outbox = open();
    OutboxCursor cursor = outbox.cursor("cloud");
    assertThat(seqs(get(cursor.read(0, 1)))).containsExactly(1L);
    assertThat(seqs(get(cursor.read(2, 1)))).containsExactly(3L);
    List<OutboxRecord> gap = List.of();
    while (gap.isEmpty()) {
      gap = get(cursor.read(4, 1000));
    }
    assertThat(GapRecord.decode(gap.get(0).payload())).isEqualTo(new GapRecord(2, 2, 5, "corrupt"));
    assertThat(outbox.stats().corruptRecords()).isEqualTo(1);
    cursor.ack(1);
    assertThat(cursor.low()).isEqualTo(2);
    cursor.ack(3);
    cursor.ack(4);
    assertThat(cursor.low()).isEqualTo(5);
    get(outbox.close());
  }

  /** Time stands still. */
  private static final class StillClock implements LogClock {

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public long millis() {
      return 1;
    }

    @Override
    public boolean trusted() {
      return true;
    }
  }

  @Test
  void openFailsByTypeWhenTheDirectoryCannotBe(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("taken");
    Files.write(file, new byte[1]);
    assertThat(refusal(Outbox.open(vertx, options(file.resolve("x")), new TestTime())))
        .isEqualTo(OutboxException.Reason.DISK);
  }
}

package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appending, reading and ending. */
class OutboxTest extends OutboxRig {

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
    OutboxOptions usual = options(MEMORY);
    var options =
        new OutboxOptions(
            MEMORY,
            usual.maxBytes(),
            usual.maxAge(),
            Duration.ofMillis(700), // longer than it may take to say fifty of them
            usual.segmentBytes(),
            usual.cursorSync(),
            usual.commitBytes(),
            usual.maxPending(),
            usual.maxDamaged());
    Outbox outbox = get(Outbox.open(vertx, options, new TestTime(), files));
    AtomicInteger forces = new AtomicInteger();
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE && path.toString().endsWith(".seg")) {
            forces.incrementAndGet();
          }
        });
    List<Future<Long>> appends = new ArrayList<>();
    CountDownLatch called = new CountDownLatch(1);
    // Ten at a time, which the writing thread could commit one ten after the other.
    vertx.setPeriodic(
        10,
        id -> {
          for (int i = 0; i < 10; i++) {
            appends.add(outbox.append(RecordKind.DATA, payload(appends.size(), 30), 1));
          }
          if (appends.size() == 50) {
            vertx.cancelTimer(id);
            called.countDown();
          }
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
  void openFailsByTypeWhenTheDirectoryCannotBe(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("taken");
    Files.write(file, new byte[1]);
    assertThat(refusal(Outbox.open(vertx, options(file.resolve("x")), new TestTime())))
        .isEqualTo(OutboxException.Reason.DISK);
  }
}

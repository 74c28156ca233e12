package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.DiskFullException;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Disks that are full or broken, and bugs of our own. */
class OutboxTroubleTest extends OutboxRig {

  private static void raise(Throwable bug) {
    if (bug instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) bug;
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
}

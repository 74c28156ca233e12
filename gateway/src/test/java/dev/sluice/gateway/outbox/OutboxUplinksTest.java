package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogClock;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What several uplinks want of one outbox, and what is settled for which. */
class OutboxUplinksTest extends OutboxRig {

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
    assertThat(seqs(get(cursor.read(gap, 1)))).containsExactly(gap);
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
}

package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A cursor under an uplink that sends news before a backlog: connections that end again and again
 * before the backlog is through, acknowledgements out of order, what is old forced out meanwhile.
 */
class LanesOfACursorTest {

  private static final int WINDOW = 16;

  /** One connection: what was left when it began, and what came since. */
  private final class Session {
    final long historyEnd = log.next();
    long history = cursor.low();
    long live = historyEnd;
    final Deque<StoredRecord> inFlight = new ArrayDeque<>();
    final LogReader oldReader = log.reader(cursor);
    final LogReader liveReader = log.reader(cursor);

    /** Sends one of a lane; false when that has nothing. */
    boolean send(boolean old) throws IOException {
      LogReader.Read read = (old ? oldReader : liveReader).read(old ? history : live, 1);
      assertThat(read.holes()).as("what is gone was announced").isEmpty();
      StoredRecord record = read.records().isEmpty() ? null : read.records().get(0);
      if (record == null || (old && record.seq() >= historyEnd)) {
        return false;
      }
      inFlight.add(record);
      if (old) {
        history = record.seq() + 1;
      } else {
        live = record.seq() + 1;
      }
      return true;
    }

    /** Acknowledges the oldest on its way, or another one. */
    void acknowledge(Random random) {
      StoredRecord record = inFlight.remove();
      if (random.nextInt(4) == 0 && !inFlight.isEmpty()) {
        inFlight.add(record);
        record = inFlight.remove();
      }
      acknowledged(record);
    }

    void close() throws IOException {
      oldReader.close();
      liveReader.close();
    }
  }

  private final Plant plant = new Plant();
  private final BitSet settled = new BitSet();
  private int acknowledged;
  private Log log;
  private Cursor cursor;

  @Test
  void staysWithinItsRangesAndNeverPassesWhatIsNotAcknowledged() throws IOException {
    Random random = new Random(Plant.seed());
    plant.options =
        new LogOptions(
            Plant.DIRECTORY,
            250 * Plant.SEGMENT,
            Duration.ofDays(30),
            Plant.SEGMENT,
            4 * Plant.SEGMENT);
    log = plant.open();
    cursor = log.cursor("cloud");
    log.commit(Plant.entries(1, 200, 100));
    int sessions = Plant.thorough() ? 3_000 : 400;
    for (int i = 0; i < sessions; i++) {
      var session = new Session();
      for (int step = 0; step < 20 + random.nextInt(20); step++) {
        if (random.nextInt(3) == 0) {
          log.commit(Plant.entries(step, 1 + random.nextInt(3), 60));
        }
        boolean room = session.inFlight.size() < WINDOW;
        boolean live = room && session.send(false);
        boolean old = room && random.nextInt(20) == 0 && session.send(true);
        if (!live && !old && !session.inFlight.isEmpty() || random.nextInt(3) == 0) {
          if (!session.inFlight.isEmpty()) {
            session.acknowledge(random);
          }
        }
      }
      check();
      session.close();
      if (random.nextInt(10) == 0) {
        log.syncCursors();
      }
    }
    long merges = log.stats().cursorMerges();
    System.out.printf(
        "lanes of a cursor: sessions=%d records=%d acknowledged=%d merges=%d evicted=%d%n",
        sessions, log.next() - 1, acknowledged, merges, log.stats().evictedRecords());
    assertThat(merges).as("so many connections must fill it").isPositive();
    drainTheRest();
    assertThat(cursor.low()).isEqualTo(log.next());
    assertThat(cursor.backlog(log.next())).isZero();
    log.close();
  }

  /** A gap settles what it names. */
  private void acknowledged(StoredRecord record) {
    cursor.acknowledge(record.seq(), record.seq());
    settled.set((int) record.seq());
    acknowledged++;
    if (record.kind() == Plant.GAP) {
      Plant.Gap gap = Plant.Gap.of(record);
      cursor.acknowledge(gap.first(), gap.last());
      settled.set((int) gap.first(), (int) gap.last() + 1);
    }
  }

  private void check() {
    // Whatever merged: what is not acknowledged is never taken for it.
    long low = cursor.low();
    assertThat(low).isLessThanOrEqualTo(settled.nextClearBit(1));
    for (int seq = settled.nextClearBit(1); seq < log.next(); seq = settled.nextClearBit(seq + 1)) {
      if (cursor.nextFrom(seq) != seq) {
        throw new AssertionError(seq + " is still wanted, not only " + cursor.nextFrom(seq));
      }
    }
  }

  /** One connection that is not cut. */
  private void drainTheRest() throws IOException {
    // While it is full, acknowledging costs acknowledgements: those are read once more.
    for (int round = 0; round < 100 && cursor.low() < log.next(); round++) {
      Plant.drain(log, cursor).values().forEach(this::acknowledged);
    }
  }
}

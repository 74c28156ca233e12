package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A life with everything in it, driven as the gateway drives a log: what fails is repeated. */
final class Life {

  private static final String UPLINK = "cloud";
  private static final int PATIENCE = 40;

  final Plant plant = new Plant();
  final TreeMap<Long, byte[]> durable = new TreeMap<>();
  final TreeSet<Long> acknowledged = new TreeSet<>();
  final List<Plant.Gap> delivered = new ArrayList<>();
  private long payload = 1;

  /** Called after each commit that returned. */
  Runnable onDurable = () -> {};

  long reused;

  void run() throws IOException {
    Log log = open();
    Cursor cursor = log.cursor(UPLINK);
    log.syncCursors();
    append(log, 14);
    acknowledge(log, cursor, 9);
    append(log, 30);
    log.syncCursors();
    attempt(log, log::expire);
    acknowledge(log, cursor, 4);
    close(log);
    tearTail();
    log = open();
    cursor = log.cursor(UPLINK);
    append(log, 30);
    plant.clock.pass(Duration.ofDays(31));
    attempt(log, log::expire);
    plant.clock.pass(Duration.ofMinutes(11));
    attempt(log, log::expire);
    append(log, 6);
    acknowledge(log, cursor, 2);
    log.syncCursors();
    close(log);
  }

  /** As if a write was under way when the process died. */
  private void tearTail() {
    Path tail =
        plant.files.contents().keySet().stream()
            .filter(path -> path.toString().endsWith(".seg"))
            .max(Path::compareTo)
            .orElseThrow();
    plant.files.change(
        tail,
        bytes -> {
          byte[] torn = Arrays.copyOf(bytes, bytes.length + 5000);
          Arrays.fill(torn, bytes.length, bytes.length + 300, (byte) 7);
          return torn;
        });
  }

  /** A step that may be repeated. */
  interface Step {
    void run() throws IOException;
  }

  private void attempt(Log log, Step step) throws IOException {
    for (int i = 1; ; i++) {
      try {
        step.run();
        return;
      } catch (DiskFullException e) {
        log.makeRoom();
        if (i == PATIENCE) {
          throw e;
        }
      } catch (IOException e) {
        if (i == PATIENCE) {
          throw e;
        }
      }
    }
  }

  Log open() throws IOException {
    for (int i = 1; ; i++) {
      try {
        return plant.open();
      } catch (IOException e) {
        if (i == PATIENCE) {
          throw e;
        }
      }
    }
  }

  private void append(Log log, int commits) throws IOException {
    for (int i = 0; i < commits; i++) {
      List<Entry> entries = Plant.entries(payload, 1 + i % 3, i % 5 == 0 ? 4500 : 700);
      payload += entries.size();
      long[] first = new long[1];
      attempt(log, () -> first[0] = log.commit(entries));
      onDurable.run();
      for (Entry entry : entries) {
        durable.put(first[0]++, entry.payload());
      }
    }
  }

  private void acknowledge(Log log, Cursor cursor, int count) throws IOException {
    List<StoredRecord> records = new ArrayList<>();
    try (LogReader reader = log.reader(cursor)) {
      attempt(
          log,
          () -> {
            LogReader.Read read = reader.read(0, 3_000 * count);
            read.holes().forEach(log::missing);
            records.addAll(read.records());
          });
    } catch (IOException e) {
      throw new AssertionError("reading never succeeds", e);
    }
    for (StoredRecord record : records) {
      byte[] payload = durable.get(record.seq());
      if (payload != null && record.kind() == Plant.DATA) {
        assertThat(record.payload()).isEqualTo(payload);
      }
      cursor.acknowledge(record.seq(), record.seq());
      acknowledged.add(record.seq());
      if (record.kind() == Plant.GAP) {
        Plant.Gap gap = Plant.Gap.of(record);
        delivered.add(gap);
        cursor.acknowledge(gap.first(), gap.last());
      }
    }
  }

  private void close(Log log) {
    reused += log.stats().reusedSegments();
    try {
      log.close();
    } catch (IOException e) {
      return; // a close that fails is a crash, and must cost no more
    }
  }

  /** All that was durable is there, acknowledged, or named. */
  void check(Plant left, Set<Long> promised) throws IOException {
    try (Log log = left.open()) {
      Cursor cursor = log.cursor(UPLINK);
      TreeMap<Long, StoredRecord> found = Plant.drain(log, cursor);
      List<Plant.Gap> gaps = new ArrayList<>(delivered);
      gaps.addAll(Plant.gaps(found));
      for (long seq : promised) {
        StoredRecord record = found.get(seq);
        boolean there = record != null && record.kind() == Plant.DATA;
        if (there) {
          assertThat(record.payload()).as("seq %d", seq).isEqualTo(durable.get(seq));
        }
        boolean named = gaps.stream().anyMatch(gap -> gap.names(seq));
        assertThat(there || named || acknowledged.contains(seq))
            .as(
                "seq %d is there, named or acknowledged; low %d, %s, found %s, gaps %s",
                seq, cursor.low(), log.stats(), found.keySet(), gaps)
            .isTrue();
      }
      long seq = log.commit(Plant.entries(1_000_000, 1, 50));
      assertThat(Plant.drain(log, cursor)).containsKey(seq);
    }
  }
}

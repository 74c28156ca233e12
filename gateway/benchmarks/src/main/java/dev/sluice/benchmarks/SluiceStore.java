package dev.sluice.benchmarks;

import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.Announcer;
import dev.sluice.gateway.outbox.log.Cursor;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogClock;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.LogReader;
import dev.sluice.gateway.outbox.log.Loss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Our log, driven as the outbox's writing thread drives it, with a cursor that is on disk once a
 * second. Where records are acknowledged it is written for each segment, too: at the rates that an
 * outbox lives with a second is less than a segment, at those that are measured here it is a
 * hundred, and so many files are not kept to be written again.
 */
final class SluiceStore implements Store {

  static final String UPLINK = "uplink";

  /** Of 256 bits; which does not matter. */
  static final Keys ENCRYPTED = Keys.of(new byte[32], List.of());

  private static final int SEGMENTS_IN_RING = 8;
  private static final int DEFAULT_SEGMENT = 8 << 20;
  private static final long UNBOUNDED = 1L << 40;
  private static final long CURSOR_SYNC = TimeUnit.SECONDS.toNanos(1);

  private final boolean acknowledges;
  private final int segment;
  private final Log log;
  private final Cursor cursor;
  private final List<Entry> waiting = new ArrayList<>();
  private long unsynced;
  private long synced = System.nanoTime();

  SluiceStore(Path directory, Use use, long ringBytes, Keys keys) throws IOException {
    boolean ring = use != Use.BACKLOG;
    this.segment = ring ? (int) (ringBytes / SEGMENTS_IN_RING) : DEFAULT_SEGMENT;
    this.acknowledges = use == Use.APPEND;
    var options =
        new LogOptions(
            directory, ring ? ringBytes : UNBOUNDED, Duration.ofDays(30), segment, 0, keys);
    this.log = Log.open(options, FileOps.DISK, new Clock(), new Gaps(), new SecureRandom());
    this.cursor = log.cursor(UPLINK);
  }

  @Override
  public void put(byte[] record) {
    waiting.add(new Entry(RecordKind.DATA.code(), 1, record));
    unsynced += record.length;
  }

  @Override
  public void commit() throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    long first = log.commit(waiting);
    if (acknowledges) {
      cursor.acknowledge(first, log.next() - 1);
    }
    waiting.clear();
    long now = System.nanoTime();
    if (now - synced >= CURSOR_SYNC || (acknowledges && unsynced >= segment)) {
      synced = now;
      unsynced = 0;
      if (!log.syncCursors()) {
        throw new IOException("cursor not written");
      }
    }
  }

  @Override
  public byte[] oldest() throws IOException {
    try (LogReader reader = log.reader(cursor)) {
      return reader.read(cursor.low(), 1).records().get(0).payload();
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  private static final class Clock implements LogClock {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long millis() {
      return System.currentTimeMillis();
    }

    @Override
    public boolean trusted() {
      return true;
    }
  }

  /** As long as what the gateway says when records are forced out. */
  private static final class Gaps implements Announcer {
    @Override
    public int kind() {
      return RecordKind.GAP.code();
    }

    @Override
    public List<Entry> announce(Loss loss, List<byte[]> carried) {
      byte[] text = loss.toString().getBytes(StandardCharsets.UTF_8);
      return List.of(new Entry(kind(), 0, text));
    }

    @Override
    public long[] settles(byte[] payload, String uplink) {
      return new long[0];
    }
  }
}

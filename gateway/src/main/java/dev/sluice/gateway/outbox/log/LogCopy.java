package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes records with the seqs that they have into fresh segments. A segment has no holes: behind
 * one, another begins. Many small commits become few large ones.
 */
final class LogCopy implements Closeable {

  private static final long GROUP = 256 << 10;

  private final FileOps files;
  private final Path directory;
  private final StreamId stream;
  private final int segmentBytes;
  private final int announcementKind;
  private final RandomGenerator random;
  private final CommitBuffer buffer;

  private @Nullable SegmentWriter writer;
  private long number;
  private long next = 1;
  private List<Entry> group = new ArrayList<>();
  private long groupBytes;
  private long groupFirst;
  private long groupMillis;

  LogCopy(
      FileOps files,
      Path directory,
      StreamId stream,
      long number,
      int segmentBytes,
      int announcementKind,
      Keys keys,
      RandomGenerator random) {
    this.files = files;
    this.directory = directory;
    this.stream = stream;
    this.number = number;
    this.segmentBytes = segmentBytes;
    this.announcementKind = announcementKind;
    this.random = random;
    this.buffer = new CommitBuffer(keys, random);
  }

  /** The seq after the last record. */
  long next() {
    return next;
  }

  void add(StoredRecord record, long wallMillis) throws IOException {
    if (record.seq() < next) {
      throw new IllegalStateException("BUG: seq " + record.seq() + " after " + (next - 1));
    }
    boolean hole = record.seq() > next;
    long size = (long) Frame.BYTES + record.payload().length;
    if (hole || groupBytes + size > GROUP) {
      flush();
    }
    if (hole) {
      leaveSegment();
    }
    if (group.isEmpty()) {
      groupFirst = record.seq();
    }
    group.add(new Entry(record.kind(), record.readings(), record.payload()));
    groupBytes += size;
    groupMillis = wallMillis;
    next = record.seq() + 1;
  }

  private void flush() throws IOException {
    if (group.isEmpty()) {
      return;
    }
    SegmentWriter target = writer;
    if (target != null && target.size() + buffer.size(group) > segmentBytes) {
      leaveSegment();
      target = null;
    }
    if (target == null) {
      var header =
          new SegmentHeader(
              stream,
              number++,
              groupFirst,
              groupMillis,
              SegmentHeader.epochAfter(0, random),
              0,
              buffer.keys().fresh(random));
      target = SegmentWriter.create(files, directory, header, buffer);
      writer = target;
    }
    target.commit(group, groupFirst, new At(groupMillis), announcementKind);
    group = new ArrayList<>();
    groupBytes = 0;
  }

  /** The time at which the copied records were written. */
  private record At(long millis) implements LogClock {
    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public boolean trusted() {
      return millis > 0;
    }
  }

  private void leaveSegment() throws IOException {
    SegmentWriter left = writer;
    writer = null;
    if (left != null) {
      left.close();
    }
  }

  /** All that was added is durable; the log is closed as an orderly end closes it. */
  void seal() throws IOException {
    flush();
    SegmentWriter last = writer;
    if (last != null) {
      last.seal(groupMillis);
    }
    leaveSegment();
  }

  @Override
  public void close() throws IOException {
    leaveSegment();
  }
}

package dev.sluice.gateway.outbox.log;

import java.nio.file.Path;

/**
 * What is known of one segment file without reading it; nothing per record. Changed by the writing
 * thread only, read by any.
 */
final class Segment {

  private final Path path;
  private final SegmentHeader header;

  /** Only what was forced: the bound of reading. Set before {@link #end}. */
  private volatile long bytes;

  /** The seq after the last record that counts here. */
  private volatile long end;

  /** Wall clock of the newest commit; 0 when it is not known or was not trusted. */
  private volatile long newestMillis;

  /** Monotonic time of the newest commit of this process; meaningless when it made none. */
  private volatile long newestNanos;

  /** The same of the oldest one. */
  private volatile long oldestNanos;

  private volatile boolean ours;

  Segment(Path path, SegmentHeader header, long bytes, long end, long newestMillis) {
    this.path = path;
    this.header = header;
    this.bytes = bytes;
    this.end = end;
    this.newestMillis = newestMillis;
  }

  Path path() {
    return path;
  }

  SegmentHeader header() {
    return header;
  }

  long first() {
    return header.firstSeq();
  }

  long end() {
    return end;
  }

  long bytes() {
    return bytes;
  }

  long newestMillis() {
    return newestMillis;
  }

  /** Whether this process wrote it: then its age is known without the wall clock. */
  boolean ours() {
    return ours;
  }

  long newestNanos() {
    return newestNanos;
  }

  long oldestNanos() {
    return oldestNanos;
  }

  /** A commit became durable. */
  void grow(long newBytes, long newEnd, long wallMillis, long nanos) {
    bytes = newBytes;
    newestMillis = wallMillis;
    newestNanos = nanos;
    if (!ours) {
      oldestNanos = nanos;
      ours = true;
    }
    end = newEnd;
  }
}

package dev.sluice.gateway.outbox.log;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one segment file without reading it; nothing per record. Changed by the writing
 * thread only, read by any.
 */
final class Segment {

  private final Path path;
  private final SegmentHeader header;
  private final Keys keys;

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

  /** What the file takes on disk; at least {@link #bytes}. */
  private volatile long allocated;

  private volatile boolean poisoned;

  /** As found: the file is as long as what counts in it. */
  Segment(Path path, SegmentHeader header, Keys keys, long bytes, long end, long newestMillis) {
    this(path, header, keys, bytes, end, newestMillis, bytes);
  }

  private Segment(
      Path path,
      SegmentHeader header,
      Keys keys,
      long bytes,
      long end,
      long newestMillis,
      long allocated) {
    this.path = path;
    this.header = header;
    this.keys = keys;
    this.bytes = bytes;
    this.allocated = allocated;
    this.end = end;
    this.newestMillis = newestMillis;
  }

  /** Nothing in it counts yet; the file may have bytes of another life. */
  static Segment fresh(Path path, SegmentHeader header, Keys keys, long allocated) {
    return new Segment(path, header, keys, 0, header.firstSeq(), 0, allocated);
  }

  /** The same file, of which less counts. */
  Segment bounded(long lessBytes, long lessEnd, long millis) {
    return new Segment(path, header, keys, lessBytes, lessEnd, millis);
  }

  Path path() {
    return path;
  }

  SegmentHeader header() {
    return header;
  }

  /** For one reader; null when the segment is in plain. */
  @Nullable CommitCipher cipher() {
    return keys.cipher(header);
  }

  /** Whether it can be read. */
  boolean hasKey() {
    return keys.fit(header);
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

  long allocated() {
    return allocated;
  }

  /** Whether the file may be written again when nobody needs what it holds. */
  boolean reusable() {
    return !poisoned;
  }

  /** A write or force failed: what is in the file beyond what counts is not known. */
  void poison() {
    poisoned = true;
  }

  /** The file was cut to this length. */
  void cut(long length) {
    allocated = length;
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
    allocated = Math.max(allocated, newBytes);
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

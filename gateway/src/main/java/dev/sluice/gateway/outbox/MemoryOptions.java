package dev.sluice.gateway.outbox;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How it goes on without a disk. Immutable.
 *
 * @param bytes of memory for records while there is no disk; beyond it the oldest go and a gap is
 *     announced
 * @param segmentBytes what goes at once then; a quarter of {@code bytes} at most
 * @param after a disk that has not taken a record for this long is given up
 * @param retryFirst bound of the first pause before the disk is tried again; it doubles
 * @param retryMax bound of any pause
 */
public record MemoryOptions(
    long bytes, int segmentBytes, Duration after, Duration retryFirst, Duration retryMax) {

  private static final int PAGE = 4096;

  /** What the cursors of a few dozen uplinks take, and what allocation in pieces wastes. */
  private static final long BESIDE = 512 * 1024;

  public MemoryOptions {
    if (segmentBytes <= 0 || segmentBytes % PAGE != 0 || bytes < 4L * segmentBytes) {
      throw new IllegalArgumentException(
          bytes + " bytes in segments of " + segmentBytes + ", expected four of whole pages");
    }
    if (after.isNegative() || retryFirst.toMillis() < 1 || retryMax.compareTo(retryFirst) < 0) {
      throw new IllegalArgumentException(
          "after " + after + ", retry " + retryFirst + " to " + retryMax);
    }
  }

  /**
   * The smallest number of bytes that can hold records of this size.
   *
   * @param record bytes
   */
  public static long least(int record) {
    return 4 * segment(0, record);
  }

  /**
   * Tries the disk again after 1 s, then more and more seldom, down to once a minute.
   *
   * @param record largest batch, bytes; {@code bytes} is at least {@link #least} of it
   */
  public static MemoryOptions of(long bytes, int record, Duration after) {
    return new MemoryOptions(
        bytes, (int) segment(bytes, record), after, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  /** An eighth goes at once; but a batch has to fit, with a last block that may be large. */
  private static long segment(long bytes, int record) {
    long wanted = Math.max(bytes / 8, record + 128 * 1024L);
    return Math.min((wanted + PAGE - 1) / PAGE * PAGE, 64 << 20);
  }

  /** The hard bound of what its files take. */
  long capacity() {
    return bytes + BESIDE;
  }

  /** The same outbox as on disk, but for where it is and how large. */
  OutboxOptions like(OutboxOptions disk) {
    return new OutboxOptions(
        Path.of("memory"),
        bytes,
        disk.maxAge(),
        disk.commitWindow(),
        segmentBytes,
        disk.cursorSync(),
        disk.commitBytes(),
        disk.maxPending(),
        0);
  }
}

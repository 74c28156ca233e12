package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Where the outbox keeps its records and how much of them. Immutable.
 *
 * @param directory of its own; created when missing
 * @param maxBytes bound of all segments together, bytes, at least four segments; beyond it the
 *     oldest segment goes and a gap is announced
 * @param maxAge records older than this go, a segment at a time, as soon as the clock can be
 *     trusted
 * @param commitWindow how long the first record of a commit waits for others; 0 to 10 s
 * @param segmentBytes size of one file, bytes, a multiple of 4 KiB, 32 KiB to 256 MiB
 * @param cursorSync how long an acknowledgement may stay in memory only; 0 to 60 s
 * @param commitBytes a commit starts at once when so many bytes wait, 4 KiB to 1 MiB
 * @param maxPending bytes accepted and not yet durable, 64 KiB to 1 GiB, each record charged with
 *     256 bytes above its payload; beyond it {@link Outbox#append} fails
 * @param maxDamaged bytes of damaged files kept aside for a post-mortem; the oldest go first, and
 *     all of them before a record does where the disk is full
 * @param keys to encrypt with and to read what is encrypted
 */
public record OutboxOptions(
    Path directory,
    long maxBytes,
    Duration maxAge,
    Duration commitWindow,
    int segmentBytes,
    Duration cursorSync,
    int commitBytes,
    long maxPending,
    long maxDamaged,
    Keys keys) {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  public OutboxOptions {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(keys, "keys");
    within("segmentBytes", segmentBytes, 32 * KIB, 256 * MIB);
    if (segmentBytes % (4 * KIB) != 0) {
      throw new IllegalArgumentException(
          "segmentBytes " + segmentBytes + ", expected a multiple of 4096");
    }
    within("maxBytes", maxBytes, 4L * segmentBytes, Long.MAX_VALUE);
    within("maxAge, seconds", maxAge.toSeconds(), 1, Long.MAX_VALUE / 1_000_000_000L);
    within("commitWindow, ms", commitWindow.toMillis(), 0, 10_000);
    within("cursorSync, ms", cursorSync.toMillis(), 0, 60_000);
    within("commitBytes", commitBytes, 4 * KIB, MIB);
    within("maxPending", maxPending, 64 * KIB, 1024L * MIB);
    within("maxDamaged", maxDamaged, 0, Long.MAX_VALUE);
  }

  /** As the full one, without encryption. */
  public OutboxOptions(
      Path directory,
      long maxBytes,
      Duration maxAge,
      Duration commitWindow,
      int segmentBytes,
      Duration cursorSync,
      int commitBytes,
      long maxPending,
      long maxDamaged) {
    this(
        directory,
        maxBytes,
        maxAge,
        commitWindow,
        segmentBytes,
        cursorSync,
        commitBytes,
        maxPending,
        maxDamaged,
        Keys.NONE);
  }

  /** The same with other keys. */
  public OutboxOptions with(Keys others) {
    return new OutboxOptions(
        directory,
        maxBytes,
        maxAge,
        commitWindow,
        segmentBytes,
        cursorSync,
        commitBytes,
        maxPending,
        maxDamaged,
        others);
  }

  /** As the full one, with 64 KiB commits, 8 MiB pending and 64 MiB of damaged files. */
  public OutboxOptions(
      Path directory,
      long maxBytes,
      Duration maxAge,
      Duration commitWindow,
      int segmentBytes,
      Duration cursorSync) {
    this(
        directory,
        maxBytes,
        maxAge,
        commitWindow,
        segmentBytes,
        cursorSync,
        64 * KIB,
        8L * MIB,
        64L * MIB);
  }

  /** 2 GiB, 30 days, commits of 50 ms, segments of 8 MiB, cursors on disk within a second. */
  public static OutboxOptions defaults(Path directory) {
    return new OutboxOptions(
        directory,
        2048L * MIB,
        Duration.ofDays(30),
        Duration.ofMillis(50),
        8 * MIB,
        Duration.ofSeconds(1));
  }

  /** The largest payload of one record, bytes: what leaves room for the headers of a segment. */
  public int maxPayload() {
    return segmentBytes - 12 * KIB;
  }

  /** The same somewhere else. */
  OutboxOptions in(Path other) {
    return new OutboxOptions(
        other,
        maxBytes,
        maxAge,
        commitWindow,
        segmentBytes,
        cursorSync,
        commitBytes,
        maxPending,
        maxDamaged,
        keys);
  }

  private static void within(String what, long found, long least, long most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          what + " " + found + ", expected " + least + " to " + most);
    }
  }
}

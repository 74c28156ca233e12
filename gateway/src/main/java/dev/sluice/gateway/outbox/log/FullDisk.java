package dev.sluice.gateway.outbox.log;

import java.util.concurrent.TimeUnit;

/**
 * Whether the disk is known to be full: then files of our own are written over, and only now and
 * then a new one is tried. Writing thread only, except {@link #full}.
 */
final class FullDisk {

  /** How long it is believed to be full; and a disk that others fill must not empty us faster. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final LogClock clock;
  private final int segmentBytes;
  private final Shelf shelf;
  private final LockedSegments locked;
  private volatile boolean full;
  private long growNotBefore;
  private boolean giving;
  private long givingSince;
  private long bytesBefore;

  FullDisk(LogClock clock, int segmentBytes, Shelf shelf, LockedSegments locked) {
    this.clock = clock;
    this.segmentBytes = segmentBytes;
    this.shelf = shelf;
    this.locked = locked;
  }

  boolean full() {
    return full;
  }

  /** There was no room for something. */
  void hit() {
    full = true;
    growNotBefore = clock.nanos() + PAUSE_NANOS;
  }

  /** Whether it would be in vain to ask for more room. */
  boolean avoidsGrowth() {
    return full && clock.nanos() - growNotBefore < 0;
  }

  /** Whether it is time to see if there is room again. */
  boolean triesToGrow() {
    return full && !avoidsGrowth();
  }

  private long bytes() {
    return shelf.all().stream().mapToLong(Segment::allocated).sum() + locked.allBytes();
  }

  /** Whether more may be given away: one file, or short ones, until something worked. */
  boolean mayGive() {
    long now = clock.nanos();
    if (!giving || now - givingSince >= PAUSE_NANOS) {
      giving = true;
      givingSince = now;
      bytesBefore = bytes();
    }
    return bytesBefore - bytes() < segmentBytes / 2;
  }

  /**
   * A commit worked.
   *
   * @param grew whether it took room that the log did not have before
   */
  void worked(boolean grew) {
    giving = false;
    full &= !grew || avoidsGrowth();
  }
}

package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one uplink has not acknowledged. Safe for use by any thread; the file is written by the
 * writing thread only.
 */
public final class Cursor implements Needs {

  private final String uplink;
  private final CursorFile file;
  private final Tally tally;
  private final SeqRange onDisk;

  private final AckSet left;

  /** What the file says: only that may delete segments. Null until it says anything. */
  private @Nullable AckSet durable;

  /** A segment that is about to go because we have it, which cannot be undone. */
  private long goingFirst;

  private long goingEnd;
  private long generation;
  private long seen;
  private boolean dirty = true;

  Cursor(
      String uplink,
      CursorFile file,
      Tally tally,
      SeqRange onDisk,
      AckSet left,
      long seen,
      long generation) {
    this.uplink = uplink;
    this.file = file;
    this.tally = tally;
    this.onDisk = onDisk;
    this.left = left;
    this.seen = seen;
    this.generation = generation;
  }

  public String uplink() {
    return uplink;
  }

  /** The lowest seq not acknowledged. */
  public synchronized long low() {
    return left.low();
  }

  /** How many below {@code end} are not acknowledged. */
  public synchronized long backlog(long end) {
    return left.countBelow(end);
  }

  @Override
  public synchronized long rangeEnd(long from) {
    return left.rangeEnd(from);
  }

  @Override
  public synchronized long nextFrom(long from) {
    return left.nextFrom(from);
  }

  /**
   * Takes a range out; the caller knows that it is durable, or gone. Returns whether the file has
   * become out of date by this.
   */
  public synchronized boolean acknowledge(long first, long last) {
    int merged = left.acknowledge(first, last, this::there);
    if (merged < 0) {
      return false;
    }
    tally.cursorMerges.add(merged);
    return soil();
  }

  /** Everything below was handed out. Returns whether the file has become out of date by this. */
  synchronized boolean handedOut(long end) {
    if (end <= seen) {
      return false;
    }
    seen = end;
    return soil();
  }

  /** What is missing below was announced: it is nobody's debt any more. */
  public synchronized boolean clip(long floor) {
    if (left.low() >= floor) {
      return false;
    }
    left.clip(floor);
    return soil();
  }

  synchronized boolean soil() {
    boolean was = dirty;
    dirty = true;
    return !was;
  }

  /** Whether nothing at or above {@code oldest} was handed out or acknowledged yet. */
  synchronized boolean untouched(long oldest) {
    return seen <= oldest && left.low() <= oldest;
  }

  synchronized boolean dirty() {
    return dirty;
  }

  /**
   * Whether the file says that all from first to end (exclusive) is acknowledged. If so, that holds
   * until another segment is asked about.
   */
  synchronized boolean durablyAcknowledged(long first, long end) {
    goingFirst = first;
    goingEnd = end;
    return durable != null && durable.nextFrom(first) >= end && left.nextFrom(first) >= end;
  }

  private boolean there(long first, long last) {
    return (last < goingFirst || first >= goingEnd) && onDisk.test(first, last);
  }

  /** Makes the file say what is acknowledged now. */
  void sync(StreamId stream, long floor) throws IOException {
    CursorState state;
    synchronized (this) {
      dirty = false;
      state =
          new CursorState(uplink, stream, ++generation, seen, floor, left.open(), left.ranges());
    }
    boolean written = false;
    try {
      file.write(state);
      written = true;
    } finally {
      synchronized (this) {
        if (written) {
          durable = new AckSet(state.open(), state.ranges());
        } else {
          dirty = true;
        }
      }
    }
  }

  void close() {
    file.close();
  }

  /** Also when this fails the file says nothing any more; the next sync makes a new one. */
  void delete() throws IOException {
    synchronized (this) {
      durable = null;
      dirty = true;
    }
    file.delete();
  }
}

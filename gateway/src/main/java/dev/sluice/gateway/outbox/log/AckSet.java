package dev.sluice.gateway.outbox.log;

import java.util.Arrays;

/**
 * Which seqs are not acknowledged: at most {@value #MAX_RANGES} ranges, and all from {@link #open}
 * on. When acknowledgements leave more holes than that, the narrowest hole closes again: its
 * records count as not acknowledged, which costs duplicates, never loss. Only where all of them can
 * still be read: what is gone would stay open for ever. Not thread-safe.
 */
final class AckSet {

  static final int MAX_RANGES = 128;

  private final long[] firsts = new long[MAX_RANGES + 2];
  private final long[] lasts = new long[MAX_RANGES + 2];
  private int count;
  private long open;

  /** All from {@code open} on. */
  AckSet(long open) {
    this.open = open;
  }

  /** The given ranges (first, last, first, last …), ascending and apart, and all from open on. */
  AckSet(long open, long[] ranges) {
    this(open);
    for (int i = 0; i < ranges.length; i += 2) {
      firsts[count] = ranges[i];
      lasts[count++] = ranges[i + 1];
    }
  }

  long open() {
    return open;
  }

  long[] ranges() {
    long[] ranges = new long[2 * count];
    for (int i = 0; i < count; i++) {
      ranges[2 * i] = firsts[i];
      ranges[2 * i + 1] = lasts[i];
    }
    return ranges;
  }

  /** The lowest seq that is not acknowledged. */
  long low() {
    return count > 0 ? firsts[0] : open;
  }

  /** The lowest seq at or above {@code from} that is not acknowledged. */
  long nextFrom(long from) {
    int i = rangeAtOrAbove(from);
    return i < count ? Math.max(from, firsts[i]) : Math.max(from, open);
  }

  /** Where the range ends that {@code from} is in, which is not acknowledged; exclusive. */
  long rangeEnd(long from) {
    int i = rangeAtOrAbove(from);
    return i < count ? lasts[i] + 1 : Long.MAX_VALUE;
  }

  /** How many below {@code end} are not acknowledged. */
  long countBelow(long end) {
    long total = Math.max(0, end - open);
    for (int i = 0; i < count; i++) {
      total += Math.max(0, Math.min(lasts[i] + 1, end) - firsts[i]);
    }
    return total;
  }

  /**
   * Takes {@code first} to {@code last} out; returns how many ranges had to merge, 0 or 1, or -1
   * when nothing changed.
   */
  int acknowledge(long first, long last) {
    return acknowledge(first, last, (from, to) -> true);
  }

  /**
   * The same.
   *
   * @param there whether all records of a hole can still be read, so that it may close
   */
  int acknowledge(long first, long last, SeqRange there) {
    if (nextFrom(first) > last) {
      return -1;
    }
    int i = rangeAtOrAbove(first);
    if (i < count && firsts[i] < first && lasts[i] > last) {
      insert(i + 1, last + 1, lasts[i]);
      lasts[i] = first - 1;
    } else {
      if (i < count && firsts[i] < first) {
        lasts[i++] = first - 1;
      }
      int gone = i;
      while (gone < count && lasts[gone] <= last) {
        gone++;
      }
      remove(i, gone);
      if (i < count && firsts[i] <= last) {
        firsts[i] = last + 1;
      }
    }
    if (last >= open) {
      if (first > open) {
        insert(count, open, first - 1);
      }
      open = last + 1;
    }
    return count > MAX_RANGES ? mergeNarrowest(first, there) : 0;
  }

  /** Everything below {@code floor} counts as acknowledged. */
  void clip(long floor) {
    if (low() < floor) {
      acknowledge(low(), floor - 1);
    }
  }

  private int rangeAtOrAbove(long seq) {
    int i = Arrays.binarySearch(lasts, 0, count, seq);
    return i < 0 ? -i - 1 : i;
  }

  private void insert(int at, long first, long last) {
    System.arraycopy(firsts, at, firsts, at + 1, count - at);
    System.arraycopy(lasts, at, lasts, at + 1, count - at);
    firsts[at] = first;
    lasts[at] = last;
    count++;
  }

  private void remove(int from, int to) {
    System.arraycopy(firsts, to, firsts, from, count - to);
    System.arraycopy(lasts, to, lasts, from, count - to);
    count -= to - from;
  }

  /** Where nothing else can close, the hole that was just made does: as if it had not come. */
  private int mergeNarrowest(long made, SeqRange there) {
    int best = 0;
    long narrowest = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      long end = i + 1 < count ? firsts[i + 1] : open;
      long hole = end - lasts[i];
      boolean itself = narrowest == Long.MAX_VALUE && lasts[i] < made;
      if (hole < narrowest && there.test(lasts[i] + 1, end - 1)) {
        narrowest = hole;
        best = i;
      } else if (itself) {
        best = i;
      }
    }
    if (best + 1 < count) {
      lasts[best] = lasts[best + 1];
      remove(best + 1, best + 2);
    } else {
      open = firsts[best];
      count--;
    }
    return 1;
  }
}

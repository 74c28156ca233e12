package dev.sluice.simulator.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which counts of one device came, and in which records. Not thread-safe. */
final class CounterTrack {

  private static final int MAX_RUNS = 65_536;

  /** Where a count came: the record that carried it. */
  record Position(StreamTrack stream, long seq) {}

  /** Counts that did not come, and the records between which they should have. */
  record Hole(long first, long last, Position before, Position after) {
    long size() {
      return last - first + 1;
    }

    /** Whether a gap names something where they should have come. */
    boolean named() {
      if (before.stream == after.stream) {
        return before.stream.namedBetween(
            Math.min(before.seq, after.seq), Math.max(before.seq, after.seq));
      }
      return before.stream.namedBetween(before.seq, Long.MAX_VALUE)
          || after.stream.namedBetween(0, after.seq);
    }

    @Override
    public String toString() {
      return first == last ? Long.toString(first) : first + ".." + last;
    }
  }

  /** Counts without a hole between them. */
  private static final class Run {
    private long last;
    private Position firstAt;
    private Position lastAt;

    Run(long count, Position at) {
      this.last = count;
      this.firstAt = at;
      this.lastAt = at;
    }
  }

  private final TreeMap<Long, Run> runs = new TreeMap<>();
  private long distinct;
  private long repeated;
  private long closed;

  void add(long count, Position at) {
    Map.Entry<Long, Run> below = runs.floorEntry(count);
    if (below != null && below.getValue().last >= count) {
      repeated++;
      return;
    }
    distinct++;
    if (below != null && below.getValue().last == count - 1) {
      Run run = below.getValue();
      run.last = count;
      run.lastAt = at;
      join(run);
      return;
    }
    var run = new Run(count, at);
    runs.put(count, run);
    join(run);
    if (runs.size() > MAX_RUNS) {
      closeLowestHole();
    }
  }

  private void join(Run run) {
    Run next = runs.remove(run.last + 1);
    if (next != null) {
      run.last = next.last;
      run.lastAt = next.lastAt;
    }
  }

  private void closeLowestHole() {
    Run lowest = runs.firstEntry().getValue();
    Map.Entry<Long, Run> next = runs.higherEntry(lowest.last);
    closed += next.getKey() - lowest.last - 1;
    runs.remove(next.getKey());
    lowest.last = next.getValue().last;
    lowest.lastAt = next.getValue().lastAt;
  }

  /** Ascending. */
  List<Hole> holes() {
    List<Hole> holes = new ArrayList<>();
    Run before = null;
    for (Map.Entry<Long, Run> entry : runs.entrySet()) {
      if (before != null) {
        Run after = entry.getValue();
        holes.add(new Hole(before.last + 1, entry.getKey() - 1, before.lastAt, after.firstAt));
      }
      before = entry.getValue();
    }
    return holes;
  }

  /** Missing counts that are not among {@link #holes()}, because there was no room for more. */
  long closed() {
    return closed;
  }

  /** How many different counts came. */
  long distinct() {
    return distinct;
  }

  /** How often a count came in a second record: a reading that was stored twice. */
  long repeated() {
    return repeated;
  }

  long last() {
    return runs.isEmpty() ? 0 : runs.lastEntry().getValue().last;
  }
}

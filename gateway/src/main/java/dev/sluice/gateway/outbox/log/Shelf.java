package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The segments that can be read, in order, and those on their way out: condemned ones are readable
 * until their announcement is durable, doomed ones only wait until their file is a spare one or
 * deleted. Changed by the writing thread only, read by any.
 */
final class Shelf {

  private final FileOps files;
  private final LogOptions options;

  private final ConcurrentSkipListMap<Long, Segment> byFirst = new ConcurrentSkipListMap<>();
  private final List<Segment> condemned = new ArrayList<>();
  private final List<Segment> doomed = new ArrayList<>();
  private final LongAdder doomedBytes = new LongAdder();
  private final Spares spares;
  private final Announced announced = new Announced();

  /** What is below goes or is gone by a bound. */
  private volatile long condemnedEnd;

  Shelf(FileOps files, LogOptions options, Spares spares) {
    this.files = files;
    this.options = options;
    this.spares = spares;
  }

  void add(Segment segment) {
    byFirst.put(segment.first(), segment);
  }

  Collection<Segment> all() {
    return byFirst.values();
  }

  /** The last segment that begins at or below the seq. */
  @Nullable Segment below(long seq) {
    Map.Entry<Long, Segment> found = byFirst.floorEntry(seq);
    return found == null ? null : found.getValue();
  }

  /** Where the next segment above the seq begins, or {@code otherwise}. */
  long firstAbove(long seq, long otherwise) {
    Long found = byFirst.higherKey(seq);
    return found == null ? otherwise : found;
  }

  /** Seq of the oldest record, or {@code otherwise} when there is none. */
  long oldest(long otherwise) {
    Map.Entry<Long, Segment> found = byFirst.firstEntry();
    return found == null ? otherwise : found.getKey();
  }

  /** What is missing, and was named in this run. */
  Announced announced() {
    return announced;
  }

  /**
   * Whether all of these are in segments that stay, and none of them is known to be damaged: who
   * wants such a one again waits for ever, for what was named is not named again.
   */
  boolean keeps(long first, long last) {
    if (!announced.isFreeOf(first, last)) {
      return false;
    }
    long seq = first;
    while (seq <= last) {
      Segment segment = below(seq);
      if (seq < condemnedEnd || segment == null || segment.end() <= seq) {
        return false;
      }
      seq = segment.end();
    }
    return true;
  }

  /** The segments that nobody condemned yet, in order. */
  List<Segment> kept() {
    List<Segment> kept = new ArrayList<>(byFirst.values());
    kept.removeAll(condemned);
    return kept;
  }

  /** What stays on disk when all that is condemned or doomed is gone. */
  long keptBytes() {
    return kept().stream().mapToLong(Segment::allocated).sum();
  }

  /** What is on disk, spare files too. */
  long bytes() {
    return byFirst.values().stream().mapToLong(Segment::allocated).sum()
        + doomedBytes.sum()
        + spares.bytes();
  }

  boolean anyCondemned() {
    return !condemned.isEmpty();
  }

  boolean condemned(Segment segment) {
    return condemned.contains(segment);
  }

  /** It goes as soon as that is announced. */
  void condemn(Segment segment) {
    condemned.add(segment);
    condemnedEnd = Math.max(condemnedEnd, segment.end());
  }

  /** The oldest condemned one, or null. */
  @Nullable Segment firstCondemned() {
    return condemned.isEmpty() ? null : condemned.get(0);
  }

  /** Whether its file becomes a spare one, and takes no room when it is written again. */
  boolean worthKeeping(Segment segment) {
    return spares.wants(segment);
  }

  /** Nobody may read it any more. */
  void doom(Segment segment) {
    byFirst.remove(segment.first(), segment);
    condemned.remove(segment);
    doomed.add(segment);
    doomedBytes.add(segment.allocated());
  }

  /** All condemned ones are announced; the seq after the last of them, or 0. */
  long doomCondemned() {
    long end = 0;
    for (Segment segment : List.copyOf(condemned)) {
      end = Math.max(end, segment.end());
      doom(segment);
    }
    return end;
  }

  /**
   * Makes files of doomed segments spare ones, and deletes those that are too many; what fails is
   * tried again. Whether there is more room now, or one more file to write to.
   */
  boolean release() {
    boolean any = false;
    for (Iterator<Segment> left = doomed.iterator(); left.hasNext(); ) {
      Segment segment = left.next();
      try {
        if (!spares.keep(segment)) {
          files.delete(segment.path());
        }
      } catch (IOException e) {
        continue; // counted below us
      }
      doomedBytes.add(-segment.allocated());
      left.remove();
      any = true;
    }
    any |= byFirst.size() <= 1 && spares.trim();
    if (any) {
      try {
        files.forceDirectory(options.directory());
      } catch (IOException e) {
        return true; // a file that comes back after a crash costs duplicates at most
      }
    }
    return any;
  }
}

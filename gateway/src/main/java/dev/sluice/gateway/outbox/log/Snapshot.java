package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.Candidate;
import dev.sluice.gateway.outbox.log.Inventory.CursorFound;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A log as it lies in its files, looked at and not touched. In a directory that somebody writes to
 * it is what was true for a moment.
 *
 * @param stream null when no segment is whole
 * @param segments in order, the last one as far as its commits are whole
 * @param tail what is in the last one; null when there is none
 * @param dirty segments behind the last one in which no commit is whole
 * @param locked segments between and behind them whose key is missing, as far as their headers say
 * @param left set aside for want of a key, and such that nobody waits for
 * @param others segments that are whole and do not belong to it
 * @param claimed the lowest seq that no commit claims, whole or not
 */
record Snapshot(
    Inventory inventory,
    @Nullable StreamId stream,
    List<Segment> segments,
    @Nullable TailScan tail,
    List<Segment> dirty,
    List<Segment> locked,
    List<Candidate> left,
    List<Path> others,
    long claimed) {

  private static final int ATTEMPTS = 50;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * Looks.
   *
   * @param live whether somebody writes: then it looks again until what it sees fits together
   */
  static Snapshot of(FileOps files, Path directory, Keys keys, boolean live) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Snapshot taken = once(files, directory, keys);
        if (!live || attempt == ATTEMPTS || taken.isSettled()) {
          return taken;
        }
      } catch (NoSuchFileException e) {
        if (!live || attempt == ATTEMPTS) {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static Snapshot once(FileOps files, Path directory, Keys keys) throws IOException {
    Inventory inventory = Inventory.of(files, directory);
    if (Chain.candidates(inventory).isEmpty()) {
      return new Snapshot(
          inventory, null, List.of(), null, List.of(), List.of(), inventory.locked(), List.of(), 1);
    }
    Chain chain = Chain.of(inventory, keys, inventory.cursorsByUplink().values());
    Deque<Segment> rest = new ArrayDeque<>(chain.segments());
    Deque<Segment> segments = new ArrayDeque<>();
    Deque<Segment> locked = new ArrayDeque<>();
    List<Segment> dirty = new ArrayList<>();
    TailScan tail = null;
    long claimed = 1;
    while (tail == null && !rest.isEmpty()) {
      Segment last = rest.removeLast();
      TailScan scan = TailScan.of(files, last);
      claimed = Math.max(claimed, Math.max(last.first(), scan.claimed()));
      if (!last.hasKey()) {
        locked.addFirst(bounded(last, last.bytes(), Math.min(last.end(), claimed), 0));
      } else if (scan.commits() > 0 || scan.unreadable()) {
        tail = scan;
        segments.add(bounded(last, scan.bytes(), scan.end(), scan.newestMillis()));
      } else if (scan.dirty() || scan.end() > last.first()) {
        dirty.add(last);
      }
    }
    while (!rest.isEmpty()) {
      Segment before = rest.removeLast();
      (before.hasKey() ? segments : locked).addFirst(before);
    }
    return new Snapshot(
        inventory,
        chain.stream(),
        List.copyOf(segments),
        tail,
        dirty,
        List.copyOf(locked),
        chain.left(),
        chain.others(),
        claimed);
  }

  private static Segment bounded(Segment segment, long bytes, long end, long newestMillis) {
    Segment bound = segment.bounded(bytes, end, newestMillis);
    bound.cut(segment.bytes());
    return bound;
  }

  /** Whether nothing looks as if it were just being made or written over. */
  private boolean isSettled() {
    for (Candidate segment : inventory.segments()) {
      if (!segment.path().getFileName().toString().equals(segment.knownHeader().fileName())) {
        return false;
      }
    }
    // A listing may miss a file that is renamed meanwhile, as one that is written over.
    boolean missed =
        stream == null && (!inventory.spares().isEmpty() || !inventory.cursors().isEmpty());
    return !missed
        && inventory.damaged().isEmpty()
        && inventory.unreadable().isEmpty()
        && others.isEmpty()
        && inventory.cursors().stream().noneMatch(found -> found.loaded().state() == null);
  }

  /** Whether this is the last segment, to which somebody may write. */
  boolean isTail(Segment segment) {
    return tail != null && segment == segments.get(segments.size() - 1);
  }

  /** With those that are locked, in order. */
  List<Segment> chain() {
    List<Segment> chain = new ArrayList<>(segments);
    chain.addAll(locked);
    chain.sort(Comparator.comparing(Segment::first));
    return chain;
  }

  /** The seq after the last record that is there, if only locked; 1 when there is none. */
  long end() {
    return chain().stream().mapToLong(Segment::end).max().orElse(1);
  }

  /** The lowest seq that was certainly never used, as far as files say that can be read. */
  long next() {
    long next = Math.max(end(), claimed);
    for (CursorFound cursor : inventory.cursors()) {
      CursorState state = cursor.loaded().state();
      if (state != null && state.stream().equals(stream)) {
        next = Math.max(next, Math.max(state.seen(), state.open()));
      }
    }
    return next;
  }

  /** The same, when files behind the end may have held as much as they have room for. */
  long nextAfterDamage() {
    long number = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).header().number();
    return Math.max(next(), inventory.mostSeqBehind(number));
  }
}

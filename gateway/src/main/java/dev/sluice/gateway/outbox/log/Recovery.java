package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.Candidate;
import dev.sluice.gateway.outbox.log.Inventory.CursorFound;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a log ended and brings its files into a state from which it can go on. Only the
 * last segment is read in full. Nothing is changed before all headers were looked at; damaged files
 * are only named here, they move when their loss is announced.
 */
final class Recovery {

  /**
   * The result.
   *
   * @param stream null when a new one must begin
   * @param segments in order
   * @param next seq of the next record
   * @param number of the next segment
   * @param cursors what the files said, by uplink; null for one that could not be read
   * @param lost what must be announced, or null
   * @param damaged files to set aside
   * @param spares files that may be written again
   * @param lostKeys what must be announced of the locked ones
   * @param locked segments without their key, and such that nobody waits for any more
   */
  record Result(
      @Nullable StreamId stream,
      List<Segment> segments,
      long next,
      long number,
      Map<String, CursorFile.Loaded> cursors,
      @Nullable Loss lost,
      List<Path> damaged,
      List<Candidate> spares,
      List<Loss> lostKeys,
      List<LockedSegments.Locked> locked) {

    /** Whether segments cannot be read that somebody may want. */
    boolean anyAside() {
      return !damaged.isEmpty() || !lostKeys.isEmpty();
    }
  }

  private final FileOps files;
  private final Path directory;
  private final Inventory inventory;
  private final Keys keys;
  private final LockedFound locked = new LockedFound();
  private final List<Path> damaged = new ArrayList<>();
  private final List<Path> useless = new ArrayList<>();

  private Recovery(FileOps files, Path directory, Inventory inventory, Keys keys) {
    this.files = files;
    this.directory = directory;
    this.inventory = inventory;
    this.keys = keys;
  }

  static Result run(FileOps files, Path directory, Keys keys) throws IOException {
    return new Recovery(files, directory, Inventory.of(files, directory), keys).run();
  }

  private Result run() throws IOException {
    inventory.damaged().forEach(candidate -> damaged.add(candidate.path()));
    useless.addAll(inventory.blank());
    useless.addAll(inventory.leftovers());
    return Chain.candidates(inventory).isEmpty() ? begin() : goOn();
  }

  /** No segment is whole: a new stream, whose first seqs nobody has seen. */
  private Result begin() throws IOException {
    if (!inventory.unreadable().isEmpty()) {
      throw new IOException(
          "none of the segments in "
              + directory
              + " can be read now; check the disk, nothing was changed");
    }
    long number = 1;
    for (Candidate candidate : inventory.damaged()) {
      number = Math.max(number, candidate.number() + 1);
    }
    Map<String, CursorFile.Loaded> cursors = cursors();
    boolean nothingLost =
        inventory.damaged().isEmpty() && cursors.values().stream().noneMatch(Recovery::progress);
    Loss lost = nothingLost ? null : new Loss(0, 0, 0, 0, Loss.Cause.CORRUPT);
    deleteUseless();
    inventory.locked().forEach(locked::leave);
    return new Result(
        null,
        List.of(),
        1,
        number,
        cursors,
        lost,
        damaged,
        inventory.spares(),
        List.of(),
        locked.files());
  }

  private Result goOn() throws IOException {
    Map<String, CursorFile.Loaded> cursors = cursors();
    Chain linked = Chain.of(inventory, keys, cursors.values());
    StreamId stream = linked.stream();
    Deque<Segment> chain = linked.segments();
    damaged.addAll(linked.others());
    linked.left().forEach(locked::leave);
    long number = inventory.nextNumber();
    long end = Long.MAX_VALUE;
    long next = 1;
    TailScan scan = null;
    Segment tail = null;
    while (scan == null && !chain.isEmpty()) {
      tail = chain.removeLast();
      TailScan found = TailScan.of(files, tail);
      end = Math.min(tail.first(), end);
      next = Math.max(next, Math.max(tail.first(), found.claimed()));
      if (found.unreadable()) {
        // Durable records may hide there: their seqs must not be used again.
        next = Math.max(next, found.end() + (tail.bytes() - found.bytes()) / Frame.BYTES);
      }
      if (!tail.hasKey()) {
        locked.add(tail, Math.min(tail.end(), next));
      } else if (found.commits() > 0) {
        scan = found;
        end = found.end();
      } else if (!found.unreadable()) {
        (found.dirty() || found.end() > tail.first() ? damaged : useless).add(tail.path());
      }
    }
    long tailNumber = scan == null || tail == null ? 0 : tail.header().number();
    List<Segment> segments = new ArrayList<>();
    for (Segment segment : chain) {
      if (segment.hasKey()) {
        segments.add(back(segment));
      } else {
        locked.add(segment, segment.end());
      }
    }
    if (scan != null && tail != null) {
      tail = back(tail);
      Segment last =
          new Segment(
              tail.path(), tail.header(), keys, scan.bytes(), scan.end(), scan.newestMillis());
      last.cut(settle(tail, scan));
      segments.add(last);
    }
    next = Math.max(next, inventory.mostSeqBehind(tailNumber));
    for (CursorFile.Loaded cursor : cursors.values()) {
      CursorState state = cursor.state();
      if (state != null && state.stream().equals(stream)) {
        next = Math.max(next, Math.max(state.seen(), state.open()));
      }
    }
    Loss lost = next > end ? new Loss(end, next - 1, next - end, 0, Loss.Cause.CORRUPT) : null;
    deleteUseless();
    return new Result(
        stream,
        segments,
        next,
        number,
        cursors,
        lost,
        damaged,
        inventory.spares(),
        locked.losses(),
        locked.files());
  }

  /** A segment whose key was missing and is here again gets its name back. */
  private Segment back(Segment segment) throws IOException {
    if (!LockedFound.aside(segment.path())) {
      return segment;
    }
    Path path = LockedFound.before(segment.path());
    files.rename(segment.path(), path);
    files.forceDirectory(directory);
    return new Segment(
        path, segment.header(), keys, segment.bytes(), segment.end(), segment.newestMillis());
  }

  /**
   * What the last process wrote may be in memory only: it must be durable before it is read.
   *
   * @return how long the file is then
   */
  private long settle(Segment tail, TailScan scan) throws IOException {
    if (scan.sealed() && !scan.unreadable()) {
      return tail.bytes();
    }
    // What tells which seqs were lost stays until a segment behind it says so.
    long length = scan.unreadable() ? tail.bytes() : Math.min(tail.bytes(), scan.claimedBytes());
    try (OpenFile file = files.open(tail.path(), true)) {
      if (tail.bytes() > length) {
        file.truncate(length);
      }
      file.force(true);
    } catch (IOException e) {
      copy(tail.path(), scan.bytes());
      return scan.bytes();
    }
    files.forceDirectory(directory);
    return length;
  }

  /** A file whose force failed may not be forced again: its pages now claim to be clean. */
  private void copy(Path path, long bytes) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + CursorFile.TEMPORARY);
    files.delete(temporary);
    try (OpenFile from = files.open(path, false);
        OpenFile to = files.create(temporary)) {
      ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
      for (long at = 0; at < bytes; at += piece.limit()) {
        piece.clear().limit((int) Math.min(piece.capacity(), bytes - at));
        if (from.read(piece, at) < piece.limit()) {
          throw new IOException(path + " ends before byte " + bytes);
        }
        to.write(piece.flip(), at);
      }
      to.force(true);
    }
    files.rename(temporary, path);
    files.forceDirectory(directory);
  }

  private Map<String, CursorFile.Loaded> cursors() {
    for (CursorFound found : inventory.cursors()) {
      if (found.uplink() == null) {
        damaged.add(found.path());
      }
    }
    return inventory.cursorsByUplink();
  }

  /** Whether it speaks of records: then there was a log. */
  private static boolean progress(CursorFile.Loaded loaded) {
    CursorState state = loaded.state();
    return state != null && Math.max(state.seen(), state.open()) > 1;
  }

  private void deleteUseless() {
    try {
      for (Path path : useless) {
        files.delete(path);
      }
      if (!useless.isEmpty()) {
        files.forceDirectory(directory);
      }
    } catch (IOException e) {
      return; // counted below us; they are found again at the next start
    }
  }
}

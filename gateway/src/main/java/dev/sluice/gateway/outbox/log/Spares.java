package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Segment files that are done with and wait to be written again. A file that has its size already
 * takes no room on a full disk, and forcing it costs no change of the file system's own books,
 * which is half of what a growing log writes to flash. Writing thread only, except {@link #bytes}.
 */
final class Spares {

  static final String SUFFIX = ".spare";

  /** One is written next; a second one comes when a whole segment is done with before that. */
  private static final int MOST = 2;

  /**
   * A file.
   *
   * @param bytes it has
   * @param epoch of the segment it was
   */
  record Spare(Path path, long bytes, int epoch) {}

  private final FileOps files;
  private final LogOptions options;
  private final Deque<Spare> waiting = new ArrayDeque<>();

  /** Cannot be written over, and could not be deleted so far: they take room none the less. */
  private final List<Spare> useless = new ArrayList<>();

  private final LongAdder bytes = new LongAdder();

  Spares(FileOps files, LogOptions options) {
    this.files = files;
    this.options = options;
  }

  /** What they take on disk. */
  long bytes() {
    return bytes.sum();
  }

  /** Takes over what a former process left; what is too much is deleted. */
  void found(List<Inventory.Candidate> left) {
    for (Inventory.Candidate file : left) {
      SegmentHeader header = file.header();
      if (header != null && clean(header) && wants(file.size())) {
        add(new Spare(file.path(), file.size(), header.epoch()));
      } else {
        delete(file.path());
      }
    }
  }

  /** Deletes what a former process left: it is of another stream, which must not come back. */
  void drop(List<Inventory.Candidate> left) {
    left.forEach(file -> delete(file.path()));
  }

  private void delete(Path path) {
    try {
      files.delete(path);
    } catch (IOException e) {
      return; // counted below us; found again at the next start
    }
  }

  /** Whether nothing in plain stays behind what is going to be encrypted. */
  private boolean clean(SegmentHeader header) {
    return !options.keys().encrypt() || header.encryption() != null;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether a file of this size is worth keeping: a short one would grow again. */
  private boolean wants(long size) {
    return waiting.size() < MOST
        && size >= options.segmentBytes() - options.segmentBytes() / 4
        && size <= options.segmentBytes();
  }

  /** Whether the file of a segment would be kept. */
  boolean wants(Segment segment) {
    return segment.reusable() && clean(segment.header()) && wants(segment.allocated());
  }

  /**
   * Keeps the file of a segment that nobody needs any more, under another name.
   *
   * @return whether it is kept; else it is to be deleted
   */
  boolean keep(Segment segment) throws IOException {
    if (!wants(segment)) {
      return false;
    }
    Path path = segment.path().resolveSibling(segment.path().getFileName() + SUFFIX);
    files.rename(segment.path(), path);
    add(new Spare(path, segment.allocated(), segment.header().epoch()));
    return true;
  }

  private void add(Spare spare) {
    waiting.add(spare);
    bytes.add(spare.bytes);
  }

  /**
   * The one that has waited longest, which is the caller's now, to be passed to {@link #open}; null
   * when there is none.
   */
  @Nullable Spare take() {
    useless.removeIf(this::discarded);
    Spare spare = waiting.poll();
    if (spare != null) {
      bytes.add(-spare.bytes);
    }
    return spare;
  }

  /** Where all is delivered one is enough. Whether any went. */
  boolean trim() {
    boolean any = false;
    while (waiting.size() > 1) {
      Spare last = waiting.removeLast();
      bytes.add(-last.bytes);
      discard(last);
      any = true;
    }
    return any;
  }

  /**
   * Opens one that was taken under the name of a segment. When that fails it waits again, behind
   * the others; on a full disk it goes, so that the next attempt is with another one.
   */
  OpenFile open(Spare spare, Path path) throws IOException {
    Path at = spare.path;
    try {
      files.rename(at, path);
      at = path;
      return files.open(path, true);
    } catch (NoSuchFileException e) {
      throw e; // somebody else deleted it
    } catch (DiskFullException e) {
      discard(new Spare(at, spare.bytes, spare.epoch));
      throw e;
    } catch (IOException e) {
      putBack(spare, at);
      throw e;
    }
  }

  /** Under the name of a segment it would be one that came back. */
  private void putBack(Spare spare, Path at) {
    try {
      if (!at.equals(spare.path)) {
        files.rename(at, spare.path);
      }
      add(spare);
    } catch (IOException e) { // counted below us
      discard(new Spare(at, spare.bytes, spare.epoch));
    }
  }

  private void discard(Spare spare) {
    bytes.add(spare.bytes);
    useless.add(spare);
    useless.removeIf(this::discarded);
  }

  private boolean discarded(Spare spare) {
    try {
      files.delete(spare.path);
    } catch (IOException e) {
      return false; // counted below us; tried again
    }
    bytes.add(-spare.bytes);
    return true;
  }
}

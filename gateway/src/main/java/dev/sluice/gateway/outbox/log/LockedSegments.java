package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Encrypted segments whose key is not here, and such that nobody waits for any more. Their names
 * say so as soon as their loss is announced; from then on they have the room that the log does not
 * need, and go, the oldest first, before it gives anything else away. Writing thread only, except
 * {@link #byKey} and {@link #bytes}.
 */
final class LockedSegments {

  static final String SUFFIX = ".locked";

  /**
   * A file.
   *
   * @param encryption null when its header cannot be read
   */
  record Locked(Path path, long size, @Nullable Encryption encryption) {

    boolean aside() {
      return path.getFileName().toString().endsWith(SUFFIX);
    }
  }

  private final FileOps files;
  private final LogOptions options;

  /** The oldest first. */
  private final Deque<Locked> all;

  private volatile Map<String, Integer> byKey = Map.of();
  private volatile long bytes;

  /** Of all of them, also of those that may not go yet. */
  private long allBytes;

  /** Some have their old name yet. */
  private boolean fresh;

  LockedSegments(FileOps files, LogOptions options, List<Locked> found) {
    this.files = files;
    this.options = options;
    this.all = new ArrayDeque<>(found);
    this.fresh = found.stream().anyMatch(file -> !file.aside());
    count();
  }

  /** How many wait for each missing key. */
  Map<String, Integer> byKey() {
    return byKey;
  }

  private void count() {
    Map<String, Integer> counts = new TreeMap<>();
    List<String> here = options.keys().ids();
    for (Locked file : all) {
      Encryption encryption = file.encryption();
      if (encryption != null && !here.contains(encryption.keyText())) {
        counts.merge(encryption.keyText(), 1, Integer::sum);
      }
    }
    byKey = Map.copyOf(counts);
    allBytes = all.stream().mapToLong(Locked::size).sum();
    bytes = all.stream().filter(Locked::aside).mapToLong(Locked::size).sum();
  }

  /** What those take that may go. */
  long bytes() {
    return bytes;
  }

  /** What all of them take. */
  long allBytes() {
    return allBytes;
  }

  /**
   * Their loss is announced. Best effort: what cannot be renamed is found again and named again.
   */
  void moveAside() {
    if (!fresh) {
      return;
    }
    fresh = false;
    boolean any = false;
    for (int i = all.size(); i > 0; i--) {
      Locked file = all.remove();
      Path aside = file.path().resolveSibling(file.path().getFileName() + SUFFIX);
      if (!file.aside() && renamed(file.path(), aside)) {
        file = new Locked(aside, file.size(), file.encryption());
        any = true;
      }
      all.add(file);
    }
    count();
    try {
      if (any) {
        files.forceDirectory(options.directory());
      }
    } catch (IOException e) {
      return; // counted below us; what has its old name again is named again
    }
  }

  private boolean renamed(Path from, Path to) {
    try {
      files.rename(from, to);
      return true;
    } catch (IOException e) {
      return false; // counted below us
    }
  }

  /** Deletes the oldest one that may go; false when there is none, or the disk does not let us. */
  boolean dropOldest() {
    Locked oldest = all.peek();
    return oldest != null && oldest.aside() && drop(oldest);
  }

  /**
   * The disk is full: deletes the oldest one, although its loss may not be announced yet. The
   * newest one stays until it is: it may know where the log ends.
   */
  boolean makeRoom() {
    Locked oldest = all.peek();
    return oldest != null && (oldest.aside() || all.size() > 1) && drop(oldest);
  }

  private boolean drop(Locked oldest) {
    try {
      files.delete(oldest.path());
    } catch (IOException e) {
      return false; // counted below us
    }
    all.remove();
    count();
    return true;
  }
}

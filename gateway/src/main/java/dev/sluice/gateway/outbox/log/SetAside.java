package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps damaged files for people, under another name and within a bound, as long as the log does
 * not need their room. Writing thread only.
 */
final class SetAside {

  private static final String SUFFIX = ".damaged";

  private final FileOps files;
  private final LogOptions options;
  private final Tally tally;

  /** Have their old names until their loss is announced; the oldest first. */
  private final List<Path> damaged;

  SetAside(FileOps files, LogOptions options, Tally tally, List<Path> damaged) {
    this.files = files;
    this.options = options;
    this.tally = tally;
    this.damaged = new ArrayList<>(damaged);
    this.damaged.sort(Comparator.comparing(path -> path.getFileName().toString()));
  }

  static boolean isSetAside(String name) {
    return name.contains(SUFFIX);
  }

  /**
   * Their loss is announced. Best effort: a file that cannot be renamed is found and judged again
   * at the next start.
   */
  void moveAside() {
    if (damaged.isEmpty()) {
      return;
    }
    damaged.forEach(this::move);
    damaged.clear();
    try {
      shrink();
      files.forceDirectory(options.directory());
    } catch (IOException e) {
      return; // counted below us; tried again with the next damaged file
    }
  }

  private void move(Path path) {
    try {
      files.rename(path, freeName(path));
      tally.damagedFiles.increment();
    } catch (IOException e) {
      return; // counted below us
    }
  }

  private Path freeName(Path path) throws IOException {
    List<Path> taken = new ArrayList<>();
    for (FileOps.Listed file : files.list(options.directory())) {
      taken.add(file.path());
    }
    Path free = path.resolveSibling(path.getFileName() + SUFFIX);
    for (int i = 2; taken.contains(free); i++) {
      free = path.resolveSibling(path.getFileName() + SUFFIX + "." + i);
    }
    return free;
  }

  private void shrink() throws IOException {
    List<FileOps.Listed> kept = kept();
    long total = kept.stream().mapToLong(FileOps.Listed::size).sum();
    for (FileOps.Listed oldest : kept) {
      if (total <= options.maxDamaged()) {
        return;
      }
      files.delete(oldest.path());
      total -= oldest.size();
    }
  }

  /** The oldest first. */
  private List<FileOps.Listed> kept() throws IOException {
    return files.list(options.directory()).stream()
        .filter(file -> isSetAside(file.path().getFileName().toString()))
        .sorted(Comparator.comparing(file -> file.path().getFileName().toString()))
        .toList();
  }

  /**
   * The disk is full, and records need the room more than a post-mortem does: deletes the oldest
   * one, if need be one whose loss is not announced yet. Of those the newest stays until it is: it
   * may know where the log ends. Whether there is more room now.
   */
  boolean makeRoom() {
    try {
      List<FileOps.Listed> kept = kept();
      if (!kept.isEmpty()) {
        files.delete(kept.get(0).path());
        return true;
      }
      if (damaged.size() > 1) {
        files.delete(damaged.get(0));
        damaged.remove(0);
        return true;
      }
    } catch (IOException e) {
      return false; // counted below us
    }
    return false;
  }
}

package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps damaged files for people, under another name and within a bound. */
final class SetAside {

  private static final String SUFFIX = ".damaged";

  private final FileOps files;
  private final LogOptions options;
  private final Tally tally;

  SetAside(FileOps files, LogOptions options, Tally tally) {
    this.files = files;
    this.options = options;
    this.tally = tally;
  }

  static boolean isSetAside(String name) {
    return name.contains(SUFFIX);
  }

  /** Best effort: a file that cannot be renamed is found and judged again at the next start. */
  void all(List<Path> damaged) {
    if (damaged.isEmpty()) {
      return;
    }
    for (Path path : damaged) {
      move(path);
    }
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
    List<FileOps.Listed> kept = new ArrayList<>();
    long total = 0;
    for (FileOps.Listed file : files.list(options.directory())) {
      if (isSetAside(file.path().getFileName().toString())) {
        kept.add(file);
        total += file.size();
      }
    }
    kept.sort(Comparator.comparing(file -> file.path().getFileName().toString()));
    for (FileOps.Listed oldest : kept) {
      if (total <= options.maxDamaged()) {
        return;
      }
      files.delete(oldest.path());
      total -= oldest.size();
    }
  }
}

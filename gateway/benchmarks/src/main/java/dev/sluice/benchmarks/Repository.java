package dev.sluice.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie in the source tree, from wherever we were started in it. */
final class Repository {

  private static final Path ROOT = find();

  private Repository() {}

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  private static Path find() {
    Path start = Path.of("").toAbsolutePath();
    for (Path directory = start; directory != null; directory = directory.getParent()) {
      if (Files.isDirectory(directory.resolve("protocol-drivers"))) {
        return directory;
      }
    }
    throw new IllegalStateException("not inside the source tree: " + start);
  }
}

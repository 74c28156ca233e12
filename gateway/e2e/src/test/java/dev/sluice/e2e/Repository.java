package dev.sluice.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie in the source tree, from wherever the tests were started. */
final class Repository {

  private static final Path ROOT = find();

  private Repository() {}

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  private static Path find() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.isDirectory(directory.resolve("protocol-drivers"))) {
      directory = directory.getParent();
    }
    if (directory == null) {
      throw new AssertionError("not inside the source tree: " + Path.of("").toAbsolutePath());
    }
    return directory;
  }
}

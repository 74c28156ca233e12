package dev.sluice.benchmarks;

import java.nio.file.Path;

/** Where things lie; {@code scripts/bench} starts us at the root of the source tree. */
final class Repository {

  private Repository() {}

  static Path file(String path) {
    return Path.of(path).toAbsolutePath();
  }
}

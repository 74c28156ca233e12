package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory under {@code target}, on a real disk, that is gone when we are, also by Ctrl-C. */
final class Scratch {

  private static final int ATTEMPTS = 20;

  private Scratch() {}

  /** An empty one of that name. */
  static Path make(String name) throws IOException {
    Path directory = Repository.file("gateway/benchmarks/target/" + name);
    clear(directory);
    Files.createDirectories(directory);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory), "remove " + name));
    return directory;
  }

  /** Programs that are killed at the same time may still be making files in it. */
  private static void remove(Path directory) {
    for (int i = 1; i <= ATTEMPTS; i++) {
      try {
        clear(directory);
        return;
      } catch (IOException e) {
        if (i == ATTEMPTS) {
          System.err.println("left behind: " + directory + ": " + e);
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Removes a directory with all that is in it, if it is there. */
  static void clear(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

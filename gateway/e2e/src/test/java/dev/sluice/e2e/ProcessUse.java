package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process has open and takes, as Linux tells it.
 *
 * @param pid of the process
 */
record ProcessUse(long pid) {

  /** {@code USER_HZ}, which is the same on all machines that Java runs on. */
  private static final int TICKS_PER_SECOND = 100;

  /** User and system time in {@code /proc/PID/stat}, counted from behind the name. */
  private static final int USER_TIME = 11;

  /** What its descriptors lead to: files, devices, {@code socket:[1234]}. */
  List<String> open() {
    var targets = new ArrayList<String>();
    each(
        "fd",
        file -> {
          targets.add(Files.readSymbolicLink(file).toString());
        });
    return targets;
  }

  /** The names of its threads, cut off as Linux does after 15 characters. */
  List<String> threads() {
    var names = new ArrayList<String>();
    each("task", task -> names.add(Files.readString(task.resolve("comm")).strip()));
    return names;
  }

  /** Processor time so far, of all threads. */
  Duration processorTime() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
      return Duration.ofMillis(ticks * 1_000 / TICKS_PER_SECOND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Look {
    void at(Path file) throws IOException;
  }

  private void each(String directory, Look look) {
    Path path = Path.of("/proc", Long.toString(pid), directory);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        try {
          look.at(file);
        } catch (NoSuchFileException e) {
          continue; // closed, or ended, meanwhile
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.sluice.driver.serial;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out who has a device file open, as far as this process may look (Linux {@code /proc}). */
final class PortHolder {

  private static final Path PROCESSES = Path.of("/proc");

  private PortHolder() {}

  /** In words: {@code process 1234 (mbpoll)}, or that it is not known. */
  static String of(String path) {
    Path wanted = Path.of(path);
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        if (!process.getFileName().toString().equals(Long.toString(self))
            && hasOpen(process, wanted)) {
          return "process " + process.getFileName() + " (" + name(process) + ")";
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return "another process, which cannot be told: " + e.getMessage();
    }
    return "another process, which is not ours to see; as root: fuser -v " + path;
  }

  private static boolean hasOpen(Path process, Path wanted) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (isLinkTo(file, wanted)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false; // another user's, or it ended meanwhile
    }
    return false;
  }

  private static boolean isLinkTo(Path file, Path wanted) {
    try {
      return Files.readSymbolicLink(file).equals(wanted);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "ended meanwhile";
    }
  }
}

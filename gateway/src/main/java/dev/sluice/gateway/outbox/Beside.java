package dev.sluice.gateway.outbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the outbox lies while the configured directory belongs to a newer version: beside it, named
 * for the version of the format that is written there. Found again at the next start by being asked
 * for in the same way.
 */
final class Beside {

  private static final String MARK = "-format-";

  private Beside() {}

  /** Of a directory with a name. */
  static Path of(Path directory, int format) {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return directory.resolveSibling((name == null ? "outbox" : name) + MARK + format);
  }

  /** Those that are there although the configured one is in use: nobody reads them. May block. */
  static List<Path> left(Path directory) {
    List<Path> left = new ArrayList<>();
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      return left;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
      for (Path path : all) {
        Path other = path.getFileName();
        if (other != null && other.toString().matches(pattern(name)) && Files.isDirectory(path)) {
          left.add(path);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return left; // only a remark depends on it
    }
    return left;
  }

  private static String pattern(Path name) {
    return Pattern.quote(name + MARK) + "[0-9]+";
  }
}

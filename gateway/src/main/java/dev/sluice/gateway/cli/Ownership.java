package dev.sluice.gateway.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Gives files to the user of the gateway. An operator works as root, and what root makes the
 * gateway could not write to.
 */
final class Ownership {

  private Ownership() {}

  /**
   * The directory and its files get owner and group of another directory, which gets its mode, too.
   */
  static void give(Path directory, Path like) throws IOException {
    PosixFileAttributeView view = view(like);
    if (view == null) {
      return;
    }
    PosixFileAttributes wanted = view.readAttributes();
    if (!Files.isSameFile(directory, like)) {
      PosixFileAttributeView own = view(directory);
      own.setPermissions(wanted.permissions());
      own.setOwner(wanted.owner());
      own.setGroup(wanted.group());
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        PosixFileAttributeView own = view(file);
        PosixFileAttributes now = own.readAttributes();
        if (!now.owner().equals(wanted.owner())) {
          own.setOwner(wanted.owner());
          own.setGroup(wanted.group());
        }
      }
    }
  }

  private static PosixFileAttributeView view(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class);
  }
}

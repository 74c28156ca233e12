package dev.sluice.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files as secrets are kept in. */
public final class PrivateFile {

  private PrivateFile() {}

  /** Writes a file that nobody else can read. */
  public static Path write(Path file, String content) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(file, content);
  }
}

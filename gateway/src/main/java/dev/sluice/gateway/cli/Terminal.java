package dev.sluice.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at a screen. {@link System#console} says it of all streams together. */
final class Terminal {

  private Terminal() {}

  /** Whether standard error is one; false where that cannot be told (not Linux). */
  static boolean isStandardError() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}

package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Path;

/** A file of the directory was written by a newer version; nothing was changed. */
public final class NewerFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int expected;

  NewerFormatException(Path path, int found, int expected) {
    this(
        path + " has format version " + found + ", this version reads up to " + expected, expected);
  }

  private NewerFormatException(String finding, int expected) {
    super(finding + "; use the version that wrote it or another directory");
    this.expected = expected;
  }

  static NewerFormatException cipher(Path path, int found) {
    return new NewerFormatException(
        path + " is encrypted by method " + found + ", this version reads none and method 1",
        Preamble.VERSION);
  }

  /** The newest version of the format that this one reads. */
  public int expected() {
    return expected;
  }
}

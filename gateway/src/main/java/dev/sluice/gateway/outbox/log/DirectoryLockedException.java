package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Path;

/** Another opener has the directory. */
public final class DirectoryLockedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String holder;

  DirectoryLockedException(Path directory, String holder) {
    super(directory + " is in use by " + holder);
    this.holder = holder;
  }

  /** Who has it: {@code process 4711}, {@code this process} or {@code another process}. */
  public String holder() {
    return holder;
  }
}

package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.file.Path;

/** A directory holds nothing of a log; nothing was changed. */
public final class NoLogException extends IOException {

  private static final long serialVersionUID = 1L;

  NoLogException(Path directory, int files) {
    super(
        directory
            + " is no outbox: found "
            + (files == 0 ? "no files" : files + " files of other kinds")
            + ", expected segments (*.seg) or cursors (*.cursor)");
  }
}

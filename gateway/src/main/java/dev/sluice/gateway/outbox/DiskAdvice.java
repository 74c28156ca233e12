package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.DiskFullException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody can do about a disk that does not let us. */
final class DiskAdvice {

  private DiskAdvice() {}

  /** A sentence for the one who stands before the box. */
  static String about(@Nullable Throwable failure, Path directory) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (cause instanceof AccessDeniedException || words.contains("not permitted")) {
        return "let the user that the gateway runs as write in "
            + directory
            + " and make files there (owner and mode, attributes, the sandbox of the service)";
      }
      if (cause instanceof FileAlreadyExistsException || cause instanceof NotDirectoryException) {
        return directory
            + " is a file or a link that leads nowhere: move it away, or set outbox.directory";
      }
      if (cause instanceof DiskFullException) {
        return "make room on the disk of " + directory;
      }
      if (words.contains("read-only file system")) {
        return "the file system of "
            + directory
            + " cannot be written to: mount it writable; if it was, the kernel log says why it no"
            + " longer is";
      }
    }
    return "check the disk of " + directory + " and the kernel log";
  }
}

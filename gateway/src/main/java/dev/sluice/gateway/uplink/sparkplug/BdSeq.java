package dev.sluice.gateway.uplink.sparkplug;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers the CONNECT packets, 0 to 255 and again 0, so that hosts know to which birth a death
 * belongs. The number is on disk before the packet is sent; a disk that fails or hangs is told, and
 * numbering goes on from memory.
 */
final class BdSeq {

  private static final Logger LOG = LoggerFactory.getLogger(BdSeq.class);

  private static final int COUNT = 256;

  /** Of a disk; a connection is worth more than its number. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final @Nullable Path file;
  private int last = -1;
  private boolean known;
  private boolean unused;
  private boolean writing;
  private boolean told;

  /**
   * Nothing is read yet.
   *
   * @param file null to remember nothing
   */
  BdSeq(@Nullable Path file) {
    this.file = file;
  }

  /** The number of the next CONNECT; does not fail. On a context, one call after the other. */
  Future<Integer> next(Context context) {
    if (unused) {
      unused = false;
      return Future.succeededFuture(last);
    }
    Path to = file;
    if (to == null || writing) {
      last = after(last);
      return Future.succeededFuture(last);
    }
    writing = true;
    boolean read = !known;
    int before = last;
    return context
        .executeBlocking(
            () -> {
              int next = after(read ? Math.max(before, load(to)) : before);
              store(to, next);
              return next;
            },
            false)
        .andThen(ignored -> writing = false)
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(ignored -> told = false)
        .recover(
            error -> {
              tell(to, error);
              return Future.succeededFuture(after(last));
            })
        .map(
            next -> {
              last = next;
              known = true;
              return next;
            });
  }

  /** No CONNECT was sent with the last one. */
  void unused() {
    unused = last >= 0;
  }

  private static int after(int number) {
    return (number + 1) % COUNT;
  }

  private void tell(Path to, Throwable error) {
    if (!told) {
      told = true;
      LOG.atWarn()
          .addKeyValue("file", to)
          .addKeyValue("reason", error.toString())
          .log("bdSeq not kept; after a restart it may be one that was used before");
    }
  }

  /** -1 when there is none. */
  static int load(Path file) throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      int number = Integer.parseInt(text);
      return number >= 0 && number < COUNT ? number : -1;
    } catch (NoSuchFileException | NumberFormatException e) {
      return -1; // the next write makes it whole
    }
  }

  static void store(Path file, int number) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

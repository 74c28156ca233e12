package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.NewerFormatException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the outbox on disk: in the directory that is configured or, while that belongs to a newer
 * version, in one beside it.
 */
final class DiskDoor {

  private static final Logger LOG = LoggerFactory.getLogger(DiskDoor.class);

  private final Vertx vertx;
  private final OutboxOptions options;
  private final TimeSource time;
  private final FileOps files;
  private final FlashWear wear;
  private final FileOps timed;
  private volatile Path directory;

  DiskDoor(Vertx vertx, OutboxOptions options, FlashOptions flash, TimeSource time, FileOps files) {
    this.vertx = vertx;
    this.options = options;
    this.time = time;
    this.files = files;
    this.wear = new FlashWear(flash, time.nanoTime());
    this.timed = new TimedFiles(files, wear, time::nanoTime);
    this.directory = options.directory();
  }

  /** The one that was asked for last. */
  Path directory() {
    return directory;
  }

  /** What all that were opened here asked of the disk. */
  FlashStats flash(boolean diskFull, long payload) {
    return wear.stats(diskFull, payload, time.nanoTime());
  }

  /** As {@link Outbox#open}. */
  Future<Outbox> open() {
    directory = options.directory();
    return Outbox.open(vertx, options, time, timed)
        .recover(
            failure -> {
              if (!(failure.getCause() instanceof NewerFormatException newer)) {
                return Future.failedFuture(failure);
              }
              directory = Beside.of(options.directory(), newer.expected());
              LOG.atWarn()
                  .addKeyValue("reason", newer.getMessage())
                  .addKeyValue("directory", directory)
                  .log("outbox of a newer version is left as it is, the one beside it is used");
              return Outbox.open(vertx, options.in(directory), time, timed);
            });
  }

  /** A person has to decide about what lies beside; nobody reads it. */
  void tellOthers() {
    if (files != FileOps.DISK) {
      return;
    }
    var unused =
        vertx
            .executeBlocking(() -> Beside.left(options.directory()))
            .onSuccess(left -> left.forEach(this::tell));
  }

  private void tell(Path left) {
    if (!left.equals(directory.toAbsolutePath().normalize())) {
      LOG.atWarn()
          .addKeyValue("directory", left)
          .addKeyValue("hint", "have the version that wrote it deliver it, or delete it")
          .log("outbox of another version lies beside, nobody reads it");
    }
  }
}

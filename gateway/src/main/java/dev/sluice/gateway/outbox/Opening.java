package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.OutboxException.Reason;
import dev.sluice.gateway.outbox.log.DirectoryLockedException;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.NewerFormatException;
import java.io.IOException;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the log of an outbox. Blocks. */
final class Opening {

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private Opening() {}

  /** Fails as {@link Outbox#open} does. */
  static Log log(OutboxOptions options, TimeSource time, FileOps files) throws OutboxException {
    var bounds =
        new LogOptions(
            options.directory(),
            options.maxBytes(),
            options.maxAge(),
            options.segmentBytes(),
            options.maxDamaged(),
            options.keys());
    try {
      Log log = Log.open(bounds, files, new OutboxClock(time), new Gaps(), new SecureRandom());
      log.stats().locked().forEach(Opening::missesKey);
      return log;
    } catch (DirectoryLockedException e) {
      throw new OutboxException(Reason.LOCKED, "outbox directory " + e.getMessage(), e);
    } catch (NewerFormatException e) {
      throw new OutboxException(Reason.NEWER_FORMAT, "outbox: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new OutboxException(
          Reason.DISK, "cannot open the outbox in " + options.directory() + ": " + e, e);
    }
  }

  private static void missesKey(String id, int segments) {
    LOG.atError()
        .addKeyValue("key", id)
        .addKeyValue("files", segments)
        .log("outbox misses a key: what it cannot read is set aside; see outbox.encryption");
  }
}

package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.LogRepair;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.LogVisitor;
import dev.sluice.gateway.outbox.log.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Makes a whole outbox out of a damaged one, beside it. Blocks; one thread. */
public final class OutboxRepair {

  private OutboxRepair() {}

  /**
   * Copies what can be read; the source is only read.
   *
   * @param view of the source, which nobody else has
   * @param target a directory that does not exist yet, or is empty
   * @param segmentBytes size of the new segments
   * @param progress is told of what is read, and of damage
   */
  public static LogRepair.Result copy(
      LogView view, Path source, Path target, int segmentBytes, LogVisitor progress)
      throws IOException {
    return new LogRepair(
            FileOps.DISK, source, target, new Gaps(), OutboxRepair::loss, new SecureRandom())
        .run(view, segmentBytes, progress);
  }

  private static @Nullable Loss loss(byte[] payload) {
    try {
      GapRecord gap = GapRecord.decode(payload);
      return new Loss(gap.uplink(), gap.first(), gap.last(), 0, gap.count(), Loss.Cause.CORRUPT);
    } catch (OutboxException e) {
      return null; // appended by somebody else; it names nothing
    }
  }
}

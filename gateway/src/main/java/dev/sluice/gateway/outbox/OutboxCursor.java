package dev.sluice.gateway.outbox;

import io.vertx.core.Future;
import java.util.List;

/**
 * How far one uplink has come: which durable records it has not acknowledged yet. Reading is not
 * acknowledging. Safe for use from any context.
 *
 * <p>What is acknowledged is kept as at most 128 ranges; when acknowledgements leave more holes
 * than that, the narrowest ones close again: those records are read once more after a restart or a
 * re-read, which costs duplicates and is counted.
 */
public interface OutboxCursor {

  /** The uplink this cursor belongs to. */
  String uplink();

  /**
   * The lowest seq not acknowledged here; {@link #next()} when nothing is left. Records that were
   * evicted or damaged count as not acknowledged until the gap that names them is.
   */
  long low();

  /**
   * Reads durable records with seq at or above {@code from} that are not acknowledged, ascending.
   * At least one if there is one, else none; stops after {@code maxBytes} of payload. Completes on
   * the caller's context. Records that cannot be read are left out, and a gap that names them
   * follows as a record of its own.
   *
   * <p>Reads of one cursor wait for each other, not for those of other cursors: who replaces a
   * reader need not wait for its last read. Two readers may take turns, each going on where it was,
   * at no more cost than one. A record of a kind that only a newer version knows counts as one that
   * cannot be read.
   *
   * @return fails with {@link OutboxException} when the outbox is closed or the uplink forgotten
   */
  Future<List<OutboxRecord>> read(long from, int maxBytes);

  /**
   * The uplink took responsibility for this record. In memory at once, on disk within {@link
   * OutboxOptions#cursorSync()}. Doing it twice does nothing.
   *
   * @throws IllegalArgumentException for a seq that is not durable yet
   */
  void ack(long seq);

  /**
   * Calls the handler, on the context that sets it now, whenever new records became durable;
   * several commits may share one call. Replaces the former handler.
   */
  void onRecords(Runnable handler);

  /** How many records below {@code end} are not acknowledged. */
  long backlog(long end);

  /** The end of what can be read: the seq that the next durable record will have. */
  long next();
}

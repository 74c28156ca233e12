package dev.sluice.gateway.batch;

import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.ReadingBlock;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits blocks as long as the batcher holds less than its share, and answers each with a permit.
 * Above that, blocks wait in their order for at most the permit timeout; about as much as may be
 * admitted may wait, what goes beyond is refused at once. Not thread-safe; of one event loop.
 *
 * <p>What tells that a device or points of it are gone is not refused for want of room: it is said
 * once, on the transition, and nothing comes after it that would say it again. It keeps its place
 * behind what waits. There is little of it: bad readings known already take no room.
 */
final class Permits {

  private static final Logger LOG = LoggerFactory.getLogger(Permits.class);

  // What a waiting block holds of the heap, about: objects around it, and bits and index per value.
  private static final int BLOCK_BYTES = 160;
  private static final int READING_BYTES = 12;

  private final Vertx vertx;
  private final long share;
  private final long timeoutMillis;
  private final IngestCounters counters;
  private final Batcher batcher;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean admitting;
  private boolean stopping;

  Permits(
      Vertx vertx,
      BatchOptions options,
      IngestCounters counters,
      Sink sink,
      CurrentValues current,
      String bootId) {
    this.vertx = vertx;
    this.share = options.maxPending() / options.ingest();
    this.timeoutMillis = options.permitTimeout().toMillis();
    this.counters = counters;
    this.batcher =
        new Batcher(options.maxBytes(), bootId, sink, counters, current, this::admitWaiting);
  }

  Batcher batcher() {
    return batcher;
  }

  /** Answers now or later. */
  void request(Message<Acquired> message) {
    long bytes = BLOCK_BYTES + (long) READING_BYTES * readings(message);
    if (stopping) {
      refuse(message, Refusal.STOPPING);
      return;
    }
    boolean news = isNews(message.body());
    if (waiting.isEmpty() && (news || batcher.pending() < share)) {
      admit(message);
    } else if (news) {
      enter(new Waiting(message, bytes, true));
    } else if (waitingBytes > 0 && waitingBytes + bytes > share) {
      refuse(message, Refusal.BATCH_FULL);
    } else {
      var block = new Waiting(message, bytes, false);
      block.timer = vertx.setTimer(timeoutMillis, ignored -> expire(block));
      enter(block);
    }
  }

  /** A transition, which is not told twice. */
  private static boolean isNews(Acquired acquired) {
    if (!(acquired instanceof ReadingBlock block)) {
      return true;
    }
    for (int i = 0; i < block.size(); i++) {
      if (block.values().isGood(i)) {
        return false;
      }
    }
    return true;
  }

  private void enter(Waiting block) {
    waiting.add(block);
    waitingBytes += block.bytes;
    counters.waiting(1);
  }

  /** Refuses what waits and what is still to come. */
  void stop() {
    stopping = true;
    while (!waiting.isEmpty()) {
      Waiting block = waiting.remove();
      vertx.cancelTimer(block.timer);
      leave(block);
      refuse(block.message, Refusal.STOPPING);
    }
  }

  private void admitWaiting() {
    if (admitting) {
      return; // the loop below goes on
    }
    admitting = true;
    while (!waiting.isEmpty() && (waiting.element().news || batcher.pending() < share)) {
      Waiting block = waiting.remove();
      vertx.cancelTimer(block.timer);
      leave(block);
      admit(block.message);
    }
    admitting = false;
  }

  private void expire(Waiting block) {
    if (waiting.remove(block)) {
      leave(block);
      refuse(block.message, Refusal.BATCH_FULL);
      admitWaiting(); // news that stood behind it
    }
  }

  private void leave(Waiting block) {
    waitingBytes -= block.bytes;
    counters.waiting(-1);
  }

  private void admit(Message<Acquired> message) {
    try {
      batcher.take(message.body());
    } catch (RuntimeException e) {
      // One device that we cannot digest must not stop the others.
      LOG.atError()
          .addKeyValue("device", message.body().device().id())
          .setCause(e)
          .log("block not taken");
      refuse(message, Refusal.FAULT);
      return;
    }
    message.reply(null);
  }

  private void refuse(Message<Acquired> message, Refusal reason) {
    counters.refused(reason, readings(message));
    message.fail(reason.code(), reason.word());
  }

  private static int readings(Message<Acquired> message) {
    return message.body() instanceof ReadingBlock block ? block.size() : 0;
  }

  private static final class Waiting {

    private final Message<Acquired> message;
    private final long bytes;
    private final boolean news;
    private long timer = -1; // none for news

    Waiting(Message<Acquired> message, long bytes, boolean news) {
      this.message = message;
      this.bytes = bytes;
      this.news = news;
    }
  }
}

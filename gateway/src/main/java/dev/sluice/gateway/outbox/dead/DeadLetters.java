package dev.sluice.gateway.outbox.dead;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What no broker took, kept for people. Safe for use from any context; nothing here blocks, and
 * what comes of it completes on the caller's context.
 */
public final class DeadLetters {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  /** A disk that fails must not hold up what can be delivered. */
  private static final int ATTEMPTS = 3;

  private static final long PAUSE_MILLIS = Duration.ofMillis(100).toMillis();

  /** Longer than any disk takes that still works. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final LetterStore store;
  private final LetterThread thread;
  private final AtomicLong lost = new AtomicLong();

  /**
   * Letters in the directory of an outbox.
   *
   * @param maxBytes that they may take; beyond it the oldest go
   * @param keys of the outbox: letters are encrypted when its records are
   */
  public DeadLetters(Vertx vertx, Path outboxDirectory, long maxBytes, Keys keys) {
    this(
        vertx,
        new LetterStore(new LetterBox(outboxDirectory, keys), FileOps.DISK, maxBytes),
        LIMIT);
  }

  /**
   * Letters in a store.
   *
   * @param limit for each step; after it the disk counts as one that refused
   */
  DeadLetters(Vertx vertx, LetterStore store, Duration limit) {
    this.vertx = vertx;
    this.store = store;
    this.thread = new LetterThread(vertx, limit);
  }

  /** A letter that is to be sent again, and its number. */
  public record Asked(long number, DeadLetter letter) {}

  /**
   * Keeps a letter. Never fails: completes when it is durable, or when the disk refused it three
   * times or did not answer for some seconds, which is counted as lost.
   */
  public Future<Void> keep(DeadLetter letter) {
    Promise<Void> promise = Promise.promise();
    keep(letter, ATTEMPTS, promise);
    return promise.future();
  }

  private void keep(DeadLetter letter, int attempts, Promise<Void> promise) {
    run(() -> store.keep(letter))
        .onSuccess(done -> promise.complete())
        .onFailure(
            cause -> {
              if (attempts > 1 && !(cause instanceof TimeoutException)) {
                long pause = 1 + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS);
                vertx.setTimer(pause, ignored -> keep(letter, attempts - 1, promise));
                return;
              }
              lost.incrementAndGet();
              LOG.atError()
                  .addKeyValue("uplink", letter.uplink())
                  .addKeyValue("seq", letter.seq())
                  .addKeyValue("reason", cause.toString())
                  .log("dead letter not kept");
              promise.complete();
            });
  }

  /** The oldest letter of an uplink that was asked for; null when there is none. */
  public Future<@Nullable Asked> asked(String uplink) {
    return thread.run(() -> store.asked(uplink));
  }

  /** The broker has it: it goes. */
  public Future<Void> delivered(long number) {
    return run(() -> store.delivered(number));
  }

  /** The broker refused it again: it stays, and is not sent before somebody asks again. */
  public Future<Void> refused(long number) {
    return run(() -> store.refused(number));
  }

  /** Counts what is there from a former run; nothing else needs it. */
  public Future<Void> start() {
    return run(store::look);
  }

  /** A snapshot; from any thread. */
  public DeadLetterStats stats() {
    DeadLetterStats of = store.stats();
    return new DeadLetterStats(
        of.letters(),
        of.bytes(),
        of.kept(),
        of.evicted(),
        lost.get(),
        of.resent(),
        of.refused(),
        of.damaged(),
        of.locked());
  }

  private interface Step {
    void run() throws IOException;
  }

  private Future<Void> run(Step step) {
    return thread.run(
        () -> {
          step.run();
          return null;
        });
  }
}

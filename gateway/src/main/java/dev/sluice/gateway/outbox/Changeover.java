package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.OutboxException.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes from disk to memory and back: when, and so that nothing is lost on the way. Everything
 * happens on one context, one change after the other; what is public to the package may be read by
 * any thread.
 */
final class Changeover {

  private static final Logger LOG = LoggerFactory.getLogger(Changeover.class);

  /** How often it looks whether something is to be changed. */
  static final long TICK_MILLIS = 250;

  /** After so long on disk its next failure counts as its first. */
  private static final long STABLE_NANOS = 60_000_000_000L;

  /** Half a queue is a reason, too, but not during one slow write. */
  private static final long SLOW_NANOS = 2_000_000_000L;

  private final Vertx vertx;
  private final OutboxOptions options;
  private final MemoryOptions memoryOptions;
  private final TimeSource time;
  private final DiskDoor door;
  private final Context home;
  private final Backoff retries;
  private final Promise<Void> started = Promise.promise();
  private final Former former = new Former();

  /** The uplinks that have all from memory and go on on disk. */
  private final Set<String> moved = ConcurrentHashMap.newKeySet();

  private final Roll roll;

  private volatile long entered;

  private Future<Void> lastChange = Future.succeededFuture();
  private Supplier<Future<Void>> onSwitch = Future::succeededFuture;
  private long durableSince = System.nanoTime();
  private long ticker = -1;

  /** From when a disk is given up until it is closed. */
  private boolean leaving;

  private boolean handingOver;
  private boolean closed;

  Changeover(
      Vertx vertx,
      OutboxOptions options,
      MemoryOptions memory,
      Map<String, CursorStart> uplinks,
      TimeSource time,
      DiskDoor door) {
    this.vertx = vertx;
    this.options = options;
    this.memoryOptions = memory;
    this.roll = new Roll(uplinks);
    this.time = time;
    this.door = door;
    this.home = vertx.getOrCreateContext();
    this.retries = new Backoff(memory.retryFirst(), memory.retryMax());
  }

  /** Completes when records can be taken; fails when another process has the directory. */
  Future<Void> start() {
    onHome(this::begin);
    return started.future();
  }

  @Nullable Kept kept() {
    return roll.kept();
  }

  Roll roll() {
    return roll;
  }

  long entered() {
    return entered;
  }

  Former former() {
    return former;
  }

  boolean hasMoved(String uplink) {
    return moved.contains(uplink);
  }

  void onSwitch(Supplier<Future<Void>> move) {
    onHome(
        () -> {
          onSwitch = move;
          change(move);
        });
  }

  /** Completes when all is closed. */
  Future<Void> close() {
    Promise<Void> done = Promise.promise();
    onHome(
        () -> {
          closed = true;
          vertx.cancelTimer(ticker);
          change(this::closeLast);
          lastChange.onComplete(done);
        });
    return done.future();
  }

  /** What is current when its turn comes: a change before it may have made another one so. */
  private Future<Void> closeLast() {
    Kept last = kept();
    return last == null ? Future.succeededFuture() : last.close();
  }

  private void onHome(Runnable action) {
    Completion.on(home, action);
  }

  /** One after the other; what a change fails with is its own affair. */
  private void change(Supplier<Future<Void>> next) {
    lastChange =
        lastChange.transform(
            before -> {
              Promise<Void> done = Promise.promise();
              onHome(() -> next.get().onComplete(result -> onHome(done::complete)));
              return done.future();
            });
  }

  private void begin() {
    tryDisk();
    // A disk that does not even answer must not keep the gateway from polling.
    vertx.setTimer(
        Math.max(1, memoryOptions.after().toMillis()),
        id -> {
          if (!started.future().isComplete()) {
            toMemory(new OutboxException(Reason.DISK, "the disk does not answer"));
          }
        });
    ticker = vertx.setPeriodic(TICK_MILLIS, id -> tick());
  }

  private void tryDisk() {
    door.open()
        .compose(roll::joined)
        .compose(this::proven)
        .onComplete(
            opened ->
                onHome(
                    () -> {
                      if (opened.succeeded()) {
                        toDisk(opened.result());
                      } else {
                        refused(opened.cause());
                      }
                    }));
  }

  /** As long as there is memory to go on in, a disk has to show first that it takes something. */
  private Future<Outbox> proven(Outbox disk) {
    Kept now = kept();
    if (now == null) {
      return Future.succeededFuture(disk);
    }
    return disk.takesWrites()
        .map(disk)
        .recover(
            cause -> {
              roll.gone(disk);
              return disk.close()
                  .transform(
                      done ->
                          Future.failedFuture(
                              new OutboxException(Reason.DISK, now.reason(), cause)));
            });
  }

  private void refused(Throwable failure) {
    if (kept() == null && failure instanceof OutboxException e && e.reason() == Reason.LOCKED) {
      closed = true;
      vertx.cancelTimer(ticker);
      started.tryFail(failure);
      return;
    }
    Kept now = kept();
    if (now == null) {
      toMemory(failure);
    } else if (!now.durable() && !now.reason().equals(failure.getMessage())) {
      roll.keep(inMemory(now.current(), failure));
      LOG.atWarn()
          .addKeyValue("reason", failure.getMessage())
          .addKeyValue("hint", DiskAdvice.about(failure, door.directory()))
          .log("outbox still in memory");
    }
    tryLater();
  }

  private Kept inMemory(Outbox memory, Throwable why) {
    return Kept.inMemory(
        memory, String.valueOf(why.getMessage()), DiskAdvice.about(why, door.directory()));
  }

  private void tryLater() {
    retries.failed();
    long pause = Math.max(1, (retries.notBefore() - System.nanoTime()) / 1_000_000);
    vertx.setTimer(
        pause,
        id -> {
          if (!closed) {
            tryDisk();
          }
        });
  }

  private void toMemory(Throwable why) {
    change(
        () -> {
          Kept before = kept();
          if (closed || (before != null && !before.durable())) {
            return Future.succeededFuture();
          }
          Outbox known = before == null ? null : before.memory();
          Future<Outbox> memory = known == null ? newMemory() : Future.succeededFuture(known);
          return memory
              .onFailure(cause -> onHome(() -> started.tryFail(cause)))
              .onFailure(cause -> onHome(() -> leaving = false))
              .compose(roll::joined)
              .compose(made -> enter(made, before == null ? null : before.current(), why));
        });
  }

  private Future<Outbox> newMemory() {
    return Outbox.inMemory(vertx, memoryOptions.like(options), time, memoryOptions.capacity());
  }

  private Future<Void> enter(Outbox memory, @Nullable Outbox disk, Throwable why) {
    entered++;
    moved.clear();
    if (disk != null) {
      memory.takeAgain();
      disk.giveUpTo(memory);
      former.add(disk);
    }
    Kept now = inMemory(memory, why);
    roll.keep(now);
    LOG.atError()
        .addKeyValue("reason", now.reason())
        .addKeyValue("hint", now.hint())
        .addKeyValue("memoryBytes", memoryOptions.bytes())
        .addKeyValue("stream", memory.stream())
        .log("outbox in memory: what is not delivered when the gateway ends is lost");
    started.tryComplete();
    return onSwitch
        .get()
        .andThen(
            switched -> {
              if (disk != null) {
                leave(disk);
              }
            });
  }

  /** Closing may hang as long as its disk does; nothing but the next opening waits for that. */
  private void leave(Outbox disk) {
    disk.close()
        .onComplete(
            done ->
                onHome(
                    () -> {
                      leaving = false;
                      tryLater();
                    }));
  }

  private void toDisk(Outbox disk) {
    change(
        () -> {
          if (closed) {
            roll.gone(disk);
            return disk.close();
          }
          durableSince = System.nanoTime();
          Kept before = kept();
          if (before == null) {
            roll.keep(Kept.onDisk(disk, null));
            started.tryComplete();
            door.tellOthers();
            return Future.succeededFuture();
          }
          Outbox memory = before.current();
          return memory.retireTo(disk).andThen(retired -> onHome(() -> onDiskAgain(disk, memory)));
        });
  }

  private void onDiskAgain(Outbox disk, Outbox memory) {
    Kept now = Kept.onDisk(disk, memory);
    roll.keep(now);
    LOG.atInfo()
        .addKeyValue("stream", disk.stream())
        .addKeyValue("directory", door.directory())
        .addKeyValue("recordsInMemory", now.left())
        .log("outbox on disk again");
  }

  private void tick() {
    Kept now = kept();
    if (now == null || !now.durable() || leaving) {
      return;
    }
    if (System.nanoTime() - durableSince > STABLE_NANOS) {
      retries.worked();
    }
    if (now.current().hasEnded()) {
      leaving = true;
      toMemory(now.current().failure());
      return;
    }
    CommitQueue.Depth waiting = now.current().waiting();
    long after = memoryOptions.after().toNanos();
    boolean crowded = waiting.bytes() > options.maxPending() / 2;
    long patience = crowded ? Math.min(after, SLOW_NANOS) : after;
    if (waiting.oldestNanos() > patience || waiting.askedNanos() > after) {
      leaving = true;
      toMemory(now.current().failure());
    } else if (now.memory() != null) {
      handOver(now.current(), now.memory());
    }
  }

  /** The disk is back: who has all from memory goes on there; memory goes when all have. */
  private void handOver(Outbox disk, Outbox memory) {
    boolean news = false;
    boolean all = true;
    for (String uplink : memory.uplinks()) {
      boolean done = moved.contains(uplink) || memory.left(uplink) == 0;
      all &= done;
      news |= done && moved.add(uplink);
    }
    if (handingOver || !(news || all)) {
      return;
    }
    handingOver = true;
    boolean last = all;
    change(() -> onSwitch.get().transform(done -> handedOver(disk, memory, last)));
  }

  private Future<Void> handedOver(Outbox disk, Outbox memory, boolean last) {
    handingOver = false;
    Kept now = kept();
    if (!last || now == null || now.current() != disk || now.memory() != memory) {
      return Future.succeededFuture();
    }
    if (!moved.containsAll(memory.uplinks())) {
      return Future.succeededFuture(); // one came meanwhile: it is handed over with the next tick
    }
    former.add(memory);
    roll.keep(Kept.onDisk(disk, null));
    LOG.atInfo().addKeyValue("stream", memory.stream()).log("outbox delivered all from memory");
    return memory.close();
  }
}

package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.OutboxException.Reason;
import dev.sluice.gateway.outbox.log.FileOps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Takes records whether there is a disk or not: into the outbox on disk or, while that cannot be
 * opened or takes nothing, into one in memory, which is a stream of its own.
 *
 * <pre>
 *                 cannot be opened, or takes nothing for too long
 *   outbox on disk ----------------------------------------------> outbox in memory
 *                  &lt;----------------------------------------------
 *                 opened again; the memory takes nothing more, and goes when all have it
 * </pre>
 *
 * <p>What is in memory is perishable: as long as an uplink has something left there it is served
 * from there, and what is on disk waits. Nothing accepted is lost by a change: what waited for a
 * failing disk goes into memory, in order; what memory holds when the disk is back is delivered
 * from there. Only a record whose write hangs may come twice, in both streams.
 *
 * <p>Safe for use from any context; nothing here blocks.
 */
public final class Storage {

  private final Vertx vertx;
  private final DiskDoor door;
  private final Changeover changeover;

  private final long patienceMillis;

  private Storage(Vertx vertx, DiskDoor door, Changeover changeover, MemoryOptions memory) {
    this.vertx = vertx;
    this.patienceMillis =
        memory.after().toMillis() + Changeover.TICK_MILLIS * 3; // in memory by then
    this.door = door;
    this.changeover = changeover;
  }

  /**
   * Opens the directory, or goes on in memory when its disk does not let us. A directory of a newer
   * version is left as it is, and another one beside it is used. Completes on the caller's context.
   *
   * @param uplinks that are configured, and where one begins that is new: each has a cursor before
   *     the first record comes
   * @return fails with {@link OutboxException}: {@link Reason#LOCKED} when another process has the
   *     directory
   */
  public static Future<Storage> open(
      Vertx vertx,
      OutboxOptions options,
      MemoryOptions memory,
      FlashOptions flash,
      Map<String, CursorStart> uplinks,
      TimeSource time) {
    return open(vertx, options, memory, flash, uplinks, time, FileOps.DISK);
  }

  static Future<Storage> open(
      Vertx vertx,
      OutboxOptions options,
      MemoryOptions memory,
      FlashOptions flash,
      Map<String, CursorStart> uplinks,
      TimeSource time,
      FileOps files) {
    var door = new DiskDoor(vertx, options, flash, time, files);
    var changeover = new Changeover(vertx, options, memory, uplinks, time, door);
    var storage = new Storage(vertx, door, changeover, memory);
    return storage.here(changeover.start()).map(storage);
  }

  private Future<Void> here(Future<Void> done) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    done.onComplete(result -> Completion.on(caller, () -> promise.handle(result)));
    return promise.future();
  }

  private Kept kept() {
    Kept kept = changeover.kept();
    if (kept == null) {
      throw new IllegalStateException("BUG: storage used before it was open");
    }
    return kept;
  }

  /**
   * Takes a record, as {@link Outbox#append} of the outbox in use does. It is durable when this
   * completes unless that is the one in memory.
   */
  public Future<Long> append(RecordKind kind, byte[] payload, int readings) {
    return kept().current().append(kind, payload, readings);
  }

  /** The outbox that an uplink is to be served from now. */
  public Outbox serving(String uplink) {
    Kept kept = kept();
    Outbox memory = kept.memory();
    boolean left =
        memory != null && !changeover.hasMoved(uplink) && memory.uplinks().contains(uplink);
    return memory != null && left ? memory : kept.current();
  }

  /**
   * What brings each uplink to the outbox that {@link #serving} says. Called now, and whenever that
   * changed for any, one call after the other.
   */
  public void onSwitch(Supplier<Future<Void>> move) {
    changeover.onSwitch(move);
  }

  /**
   * These are configured from now on: as {@link Outbox#join}, wherever records are kept and in
   * every outbox that opens later. To be called before those that are no longer named are
   * forgotten.
   *
   * @return fails with {@link OutboxException}: {@link Reason#DISK} when a disk does not answer a
   *     while longer than {@link MemoryOptions#after()}; it is done there when the disk answers or
   *     is opened again
   */
  public Future<Void> join(Map<String, CursorStart> uplinks) {
    return all(changeover.roll().configured(uplinks));
  }

  /** The uplinks that have a cursor anywhere. */
  public Set<String> uplinks() {
    return kept().uplinks();
  }

  /**
   * As {@link Outbox#forget}, wherever it has a cursor; a disk that hangs as with {@link #join}.
   */
  public Future<Void> forget(String uplink) {
    return all(changeover.roll().everywhere(outbox -> outbox.forget(uplink)));
  }

  private Future<Void> all(List<Future<Void>> answers) {
    return Future.join(answers.stream().map(this::inTime).toList()).mapEmpty();
  }

  /** Who asks must not wait as long as a disk that hangs: it is about to be given up. */
  private Future<Void> inTime(Future<Void> answer) {
    Promise<Void> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            patienceMillis,
            id ->
                promise.tryFail(
                    new OutboxException(
                        Reason.DISK,
                        "the disk of "
                            + door.directory()
                            + " does not answer within "
                            + patienceMillis
                            + " ms")));
    answer.onComplete(
        result -> {
          vertx.cancelTimer(timer);
          if (result.succeeded()) {
            promise.tryComplete();
          } else {
            promise.tryFail(result.cause());
          }
        });
    return promise.future();
  }

  /** Id of the stream that takes records now. */
  public String stream() {
    return kept().current().stream();
  }

  /** Of the outbox that takes records now; the counters of all since the start. */
  public OutboxStats outbox() {
    return changeover.former().plus(kept());
  }

  /** A snapshot; from any thread. */
  public StorageStats stats() {
    Kept kept = kept();
    Outbox memory = kept.memory();
    Former former = changeover.former();
    return new StorageStats(
        kept.durable(),
        door.directory().toString(),
        kept.current().stream(),
        kept.reason(),
        kept.hint(),
        changeover.entered(),
        memory == null ? 0 : memory.stats().bytes(),
        kept.left(),
        former.lost(kept, false),
        former.lost(kept, true),
        door.flash(kept.current().isDiskFull(), former.diskPayload(kept)));
  }

  /**
   * Makes durable what can be and closes. What is still in memory is lost; that is announced if
   * there is a disk to announce it on. Completes on the caller's context.
   */
  public Future<Void> close() {
    return here(changeover.close());
  }
}

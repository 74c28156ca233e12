package dev.sluice.gateway.command;

import dev.sluice.driver.SettingsException;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.WriteException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about what upstream wants, has it carried out at most once, and writes down what came of
 * it.
 *
 * <pre>
 *   request -> may it? -> is it new? (disk) -> its turn on the line, if still in time -> outcome
 * </pre>
 *
 * <p>Commands go on in the order in which they came. Thread-safe; who asks on a context is answered
 * on it.
 */
public final class CheckedCommands implements Commands {

  private static final Logger LOG = LoggerFactory.getLogger(CheckedCommands.class);

  private static final int MAX_ID = 1_000;
  private static final int ONE_THREAD = 1;

  /** What uplinks call themselves comes from the configuration; else it is nobody's. */
  private static final String NOBODY = "unknown";

  private final Vertx vertx;
  private final CommandOptions options;
  private final CommandSite site;
  private final TimeSource time;
  private final SeenIds ids;

  /** A disk that hangs holds this thread and no other. */
  private final WorkerExecutor disk;

  private final RateCap rate;
  private final CommandCounters counters = new CommandCounters();
  private final AtomicInteger pending = new AtomicInteger();
  private volatile boolean closed;

  public CheckedCommands(Vertx vertx, CommandOptions options, CommandSite site, TimeSource time) {
    this.vertx = vertx;
    this.options = options;
    this.site = site;
    this.time = time;
    this.ids = new SeenIds(options);
    // How long the disk takes is told by the outbox, not by a stack in the log every second.
    this.disk = vertx.createSharedWorkerExecutor("sluice-commands", ONE_THREAD, 1, TimeUnit.DAYS);
    this.rate = new RateCap(options.rate());
  }

  /**
   * Reads what was carried out before. Does not fail: without it commands with an id are refused.
   */
  public Future<Void> start() {
    return disk.executeBlocking(
            () -> {
              ids.load();
              return true;
            })
        .onFailure(
            cause ->
                LOG.atError()
                    .addKeyValue("file", options.file())
                    .addKeyValue("reason", cause.toString())
                    .log("ids of commands not readable; commands with an id are refused"))
        .transform(done -> Future.succeededFuture());
  }

  /** Takes nothing any more; what is under way is the lines' to end. */
  public Future<Void> close() {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    return disk.executeBlocking(
            () -> {
              ids.close();
              return true;
            })
        .transform(done -> disk.close());
  }

  public CommandStats stats() {
    return new CommandStats(counters.snapshot(), pending.get(), ids.remembered(), ids.forgotten());
  }

  @Override
  public Future<WriteOutcome> write(WriteRequest request) {
    long began = time.nanoTime();
    Context asking = vertx.getOrCreateContext();
    Promise<WriteOutcome> answer = Promise.promise();
    begin(request, began)
        .onComplete(
            result -> {
              Refusal refusal = refusal(result.cause());
              WriteOutcome outcome = outcome(result);
              boolean known = site.knows(request.source());
              counters.count(known ? request.source() : NOBODY, outcome.result(), refusal);
              Audit.tell(request, outcome, refusal, time.nanoTime() - began);
              asking.runOnContext(nothing -> answer.complete(outcome));
            });
    return answer.future();
  }

  private Future<Void> begin(WriteRequest request, long began) {
    try {
      return admitted(request, began);
    } catch (RefusedException | RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> admitted(WriteRequest request, long began) throws RefusedException {
    mayAsk(request);
    CommandSite.Target device = device(request);
    int point = point(request, device);
    Values raw = raw(request, device.points().get(point));
    isInTime(request, began);
    if (request.id().length() > MAX_ID) {
      throw new RefusedException(
          Refusal.ID, "an id of " + request.id().length() + " characters, at most " + MAX_ID);
    }
    if (pending.incrementAndGet() > options.pending()) {
      pending.decrementAndGet();
      throw new RefusedException(
          Refusal.PENDING,
          "already " + options.pending() + " commands are under way (commands.pending)");
    }
    var late = new AtomicReference<@Nullable RefusedException>();
    return isNew(request)
        .compose(nothing -> device.write(point, raw, objection(request, began, late)))
        .recover(
            cause -> {
              RefusedException refused = late.get();
              return Future.failedFuture(refused == null ? cause : refused);
            })
        .andThen(done -> pending.decrementAndGet());
  }

  private void mayAsk(WriteRequest request) throws RefusedException {
    String source = request.source();
    if (closed) {
      throw new RefusedException(Refusal.STOPPING, "the gateway stops");
    }
    if (!rate.admits(source, time.nanoTime())) {
      throw new RefusedException(
          Refusal.RATE,
          "more than " + options.rate() + " commands a second from one uplink (commands.rate)");
    }
    if (!site.mayCommand(source)) {
      throw new RefusedException(
          Refusal.NOT_ALLOWED,
          "uplink "
              + source
              + " may not command; if it may, say so at uplinks/"
              + source
              + ": commands: true");
    }
  }

  private CommandSite.Target device(WriteRequest request) throws RefusedException {
    CommandSite.Target device = site.device(request.device());
    if (device == null) {
      throw new RefusedException(
          Refusal.NO_SUCH_POINT,
          "no device called \"" + WantedValue.inWords(request.device()) + "\" runs here");
    }
    return device;
  }

  private static int point(WriteRequest request, CommandSite.Target device)
      throws RefusedException {
    List<PointDefinition> points = device.points();
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).name().equals(request.point())) {
        if (!device.isWritable(i)) {
          throw new RefusedException(
              Refusal.NOT_WRITABLE,
              "point "
                  + request.point()
                  + " of "
                  + request.device()
                  + " must not be written to; if it may, say so at devices/"
                  + request.device()
                  + "/points/"
                  + request.point()
                  + ": writable: true");
        }
        return i;
      }
    }
    throw new RefusedException(
        Refusal.NO_SUCH_POINT,
        "no point of "
            + request.device()
            + " called \""
            + WantedValue.inWords(request.point())
            + "\"");
  }

  private static Values raw(WriteRequest request, PointDefinition point) throws RefusedException {
    try {
      return WantedValue.raw(point, request.value());
    } catch (UnfitValueException e) {
      throw new RefusedException(Refusal.VALUE, String.valueOf(e.getMessage()));
    }
  }

  private void isInTime(WriteRequest request, long began) throws RefusedException {
    long waited = time.nanoTime() - began;
    if (waited > options.within().toNanos()) {
      throw new RefusedException(
          Refusal.LATE,
          "it waited for "
              + waited / 1_000_000
              + " ms, longer than "
              + options.within().toMillis()
              + " ms (commands.within)");
    }
    long expires = request.expiresMillis();
    if (expires == 0) {
      return;
    }
    if (!time.trusted()) {
      throw new RefusedException(
          Refusal.CLOCK,
          "it expires at "
              + Instant.ofEpochMilli(expires)
              + " and the clock cannot be trusted, so nobody knows whether it has (clock.trust)");
    }
    if (time.millis() >= expires) {
      throw new RefusedException(Refusal.EXPIRED, "it expired at " + Instant.ofEpochMilli(expires));
    }
  }

  /** Without an id it goes the same way, to keep its place. */
  private Future<Boolean> isNew(WriteRequest request) {
    return disk.executeBlocking(
        () -> {
          if (!request.id().isEmpty()) {
            remember(request);
          }
          return true;
        });
  }

  private void remember(WriteRequest request) throws RefusedException {
    try {
      if (!ids.add(request.source(), request.id(), time.trusted() ? time.millis() : 0)) {
        throw new RefusedException(
            Refusal.REPEATED, "this id was carried out, or tried, before; it is not repeated");
      }
    } catch (IOException e) {
      throw new RefusedException(
          Refusal.STORAGE,
          "its id cannot be kept, so it could be carried out twice: "
              + e
              + " (a command without an"
              + " id needs none)");
    }
  }

  private Supplier<String> objection(
      WriteRequest request, long began, AtomicReference<@Nullable RefusedException> late) {
    return () -> {
      try {
        isInTime(request, began);
        return "";
      } catch (RefusedException e) {
        late.set(e);
        return String.valueOf(e.getMessage());
      }
    };
  }

  private static @Nullable Refusal refusal(@Nullable Throwable cause) {
    return cause instanceof RefusedException refused
        ? refused.why()
        : cause instanceof SettingsException ? Refusal.VALUE : null;
  }

  private static WriteOutcome outcome(AsyncResult<Void> result) {
    Throwable cause = result.cause();
    if (cause == null) {
      return new WriteOutcome(WriteOutcome.Result.DONE, "the device confirmed it");
    }
    String words = String.valueOf(cause.getMessage());
    Refusal refusal = refusal(cause);
    if (refusal != null) {
      return new WriteOutcome(WriteOutcome.Result.REFUSED, words, refusal.code());
    }
    if (cause instanceof WriteException write) {
      boolean sure = write.outcome() == WriteException.Outcome.NOT_DONE;
      return new WriteOutcome(
          sure ? WriteOutcome.Result.FAILED : WriteOutcome.Result.UNKNOWN, words);
    }
    LOG.atError().setCause(cause).log("a command failed in an unexpected way");
    return new WriteOutcome(
        WriteOutcome.Result.UNKNOWN, "it failed in an unexpected way: " + cause);
  }
}

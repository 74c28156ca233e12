package dev.sluice.gateway.batch;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.outbox.Storage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes what lines acquired, normalizes it and collects it into records for the outbox.
 *
 * <pre>
 *   readings.n -> Permits -> Batcher [ DeviceNormalizer -> BatchEncoder ] -> outbox
 *        reply (permit) <-'        '<- tick, or maxBytes
 * </pre>
 *
 * <p>Each message gets one reply, without a body, when its content was admitted; or a failure whose
 * message is {@code batch_full}, {@code stopping} or {@code fault}. All ingest verticles of a
 * process tick at the same moments, multiples of {@link BatchOptions#linger} of the monotonic
 * clock, so that their records share a commit of the outbox.
 *
 * <p>When stopped it refuses what comes, closes its record and completes once the outbox took, or
 * failed to take, everything.
 */
public final class IngestVerticle extends VerticleBase {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final int number;
  private final BatchOptions options;
  private final Sink sink;
  private final CurrentValues current;
  private final TimeSource time;
  private final IngestCounters counters = new IngestCounters();

  private @Nullable Permits permits;
  private @Nullable MessageConsumer<Acquired> consumer;
  private long tick;

  /**
   * One of {@link BatchOptions#ingest}.
   *
   * @param number from 0; devices are spread over the numbers, and one always goes to the same
   * @param current told of everything
   * @param storage stays open until this has stopped
   */
  public IngestVerticle(
      int number, BatchOptions options, Storage storage, CurrentValues current, TimeSource time) {
    this(number, options, storage::append, current, time);
  }

  IngestVerticle(
      int number, BatchOptions options, Sink sink, CurrentValues current, TimeSource time) {
    this.number = number;
    this.options = options;
    this.sink = sink;
    this.current = current;
    this.time = time;
  }

  /** The event bus address at which the verticle of this number takes blocks. */
  public static String address(int number) {
    return "readings." + number;
  }

  /** A snapshot; may be called from any thread. */
  public IngestStats stats() {
    return counters.snapshot();
  }

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(BootId::read)
        .compose(
            bootId -> {
              var admission = new Permits(vertx, options, counters, sink, current, bootId);
              permits = admission;
              consumer = vertx.eventBus().localConsumer(address(number), admission::request);
              arm(admission.batcher());
              return consumer.completion();
            });
  }

  @Override
  public Future<?> stop() {
    if (permits == null || consumer == null) {
      return Future.succeededFuture();
    }
    Batcher batcher = permits.batcher();
    vertx.cancelTimer(tick);
    permits.stop();
    return consumer
        .unregister()
        .transform(ignored -> batcher.drain())
        .andThen(ignored -> batcher.close());
  }

  private void arm(Batcher batcher) {
    long linger = options.linger().toNanos();
    long left = linger - Math.floorMod(time.nanoTime(), linger);
    long millis = (left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    tick =
        vertx.setTimer(
            millis,
            ignored -> {
              arm(batcher);
              batcher.flush();
            });
  }
}

package dev.sluice.gateway.observe;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when an event loop comes late: a timer on each tells by how much. A lateness in which the
 * collector worked is not counted: that is reported as its pause. Counters are read from anywhere.
 */
public final class LoopWatch {

  private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);
  private static final long EVERY_MILLIS = 100;
  private static final long LIMIT_NANOS = 20_000_000;
  private static final long WARN_NANOS = 500_000_000;
  private static final long WARM_UP_NANOS = 10_000_000_000L;
  private static final long WINDOW_NANOS = 60_000_000_000L;

  private final AtomicLong blocked = new AtomicLong();
  private final ConcurrentLinkedQueue<Loop> loops = new ConcurrentLinkedQueue<>();
  private final long startNanos = System.nanoTime();

  private LoopWatch() {}

  /**
   * Watches event loops from now on.
   *
   * @param count how many there are; each deployed instance gets the next one
   */
  public static Future<LoopWatch> start(Vertx vertx, int count) {
    var watch = new LoopWatch();
    return vertx
        .deployVerticle(watch::instance, new DeploymentOptions().setInstances(count))
        .map(watch);
  }

  private Deployable instance() {
    return context -> {
      var loop = new Loop();
      loops.add(loop);
      loop.arm(context.owner());
      return Future.succeededFuture();
    };
  }

  /** How often a loop came more than 20 ms late, after 10 s of warm-up. */
  public long blocked() {
    return blocked.get();
  }

  /** The worst lateness of the last one to two minutes. */
  public long maxLagNanos() {
    long worst = 0;
    for (Loop loop : loops) {
      worst = Math.max(worst, Math.max(loop.worst, loop.worstBefore));
    }
    return worst;
  }

  /** When each loop ran last, as the age of the oldest: a loop that hangs makes it grow. */
  public long silentNanos() {
    long now = System.nanoTime();
    long silent = 0;
    for (Loop loop : loops) {
      silent = Math.max(silent, now - loop.lastNanos);
    }
    return silent;
  }

  /** One event loop; written on it. */
  private final class Loop {

    private volatile long lastNanos = System.nanoTime();
    private volatile long worst;
    private volatile long worstBefore;
    private long windowNanos = System.nanoTime();
    private long gcMillis = JvmFigures.gcMillis();

    void arm(Vertx vertx) {
      long due = System.nanoTime() + EVERY_MILLIS * 1_000_000;
      vertx.setTimer(
          EVERY_MILLIS,
          id -> {
            came(System.nanoTime() - due);
            arm(vertx);
          });
    }

    private void came(long lag) {
      long now = System.nanoTime();
      lastNanos = now;
      if (now - windowNanos > WINDOW_NANOS) {
        windowNanos = now;
        worstBefore = worst;
        worst = 0;
      }
      if (lag <= LIMIT_NANOS || now - startNanos < WARM_UP_NANOS) {
        gcMillis = JvmFigures.gcMillis();
        return;
      }
      long collected = JvmFigures.gcMillis();
      long own = lag - (collected - gcMillis) * 1_000_000;
      gcMillis = collected;
      if (own > LIMIT_NANOS) {
        blocked.incrementAndGet();
        worst = Math.max(worst, own);
        if (own > WARN_NANOS) {
          LOG.atWarn().addKeyValue("millis", own / 1_000_000).log("event loop came late");
        }
      }
    }
  }
}

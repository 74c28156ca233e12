package dev.sluice.gateway.observe;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches whether the event loops answer: a timer on each that measures how late it is. Costs a few
 * microseconds per tick. Thread-safe.
 */
public final class LoopWatch {

  static final Duration TICK = Duration.ofMillis(10);
  static final Duration BLOCKED = Duration.ofMillis(20);
  static final Duration STALLED = Duration.ofSeconds(5);

  private final List<Probe> probes = new ArrayList<>();

  private LoopWatch() {}

  /**
   * Puts a probe on each event loop.
   *
   * @param loops how many there are; before anything else is deployed, as loops are given out in
   *     turn
   */
  public static Future<LoopWatch> start(Vertx vertx, int loops) {
    var watch = new LoopWatch();
    Future<Void> deployed = Future.succeededFuture();
    for (int i = 0; i < loops; i++) {
      var probe = new Probe();
      watch.probes.add(probe);
      deployed = deployed.compose(nothing -> vertx.deployVerticle(probe).mapEmpty());
    }
    return deployed.map(watch);
  }

  int loops() {
    return probes.size();
  }

  /** How many have not answered for five seconds. */
  public int stalled() {
    long now = System.nanoTime();
    return (int) probes.stream().filter(p -> now - p.lastTick.get() > STALLED.toNanos()).count();
  }

  void tell(Samples to) {
    long worst = 0;
    for (Probe probe : probes) {
      worst = Math.max(worst, probe.worst.getAndSet(0));
    }
    to.gauge(
        "sluice.event.loop.lag.max",
        "seconds",
        "Latest tick of any event loop since the last scrape.",
        worst / 1e9);
    to.counter(
        "sluice.event.loop.blocked",
        "",
        "Ticks more than 20 ms late, pauses for garbage collection not counted.",
        probes.stream().mapToLong(p -> p.blocked.get()).sum());
    to.gauge("sluice.event.loops", "", "Watched.", probes.size());
  }

  private static final class Probe extends VerticleBase {

    final AtomicLong lastTick = new AtomicLong(System.nanoTime());
    final AtomicLong worst = new AtomicLong();
    final AtomicLong blocked = new AtomicLong();
    private long lastGc;

    @Override
    public Future<?> start() {
      lastTick.set(System.nanoTime());
      lastGc = ProcessMeters.gcMillis();
      next();
      return Future.succeededFuture();
    }

    private void next() {
      vertx.setTimer(TICK.toMillis(), id -> tick());
    }

    private void tick() {
      long now = System.nanoTime();
      long late = now - lastTick.getAndSet(now) - TICK.toNanos();
      long gc = ProcessMeters.gcMillis();
      if (late > BLOCKED.toNanos()) {
        worst.accumulateAndGet(late, Math::max);
        if (late - (gc - lastGc) * 1_000_000 > BLOCKED.toNanos()) {
          blocked.incrementAndGet();
        }
      } else {
        worst.accumulateAndGet(Math.max(0, late), Math::max);
      }
      lastGc = gc;
      next();
    }
  }
}

package dev.sluice.driver.modbus;

import dev.sluice.driver.modbus.plan.Gaps;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a plan is not the best any more: the device has shown how fast it is, or what it
 * refuses is due to be tried again. On the line's context.
 */
final class PlanWatch {

  /** So many answers make a measurement. */
  private static final int ENOUGH_ANSWERS = 20;

  private static final long AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

  /** Gaps that differ by less than half change little. */
  private static final double WORTH = 1.5;

  private final DeviceHooks hooks;
  private final Supplier<Gaps> gaps;
  private final Runnable test;
  private @Nullable Gaps plannedWith;
  private int answers;
  private boolean replanned;
  private long replannedNanos;
  private @Nullable Long timer;

  /**
   * Watches nothing yet.
   *
   * @param gaps what would be worth reading now
   * @param test tries what the device refuses
   */
  PlanWatch(DeviceHooks hooks, Supplier<Gaps> gaps, Runnable test) {
    this.hooks = hooks;
    this.gaps = gaps;
    this.test = test;
  }

  void planned(Gaps with) {
    plannedWith = with;
    answers = 0;
  }

  void answered() {
    Gaps before = plannedWith;
    if (before == null || ++answers < ENOUGH_ANSWERS) {
      return;
    }
    answers = 0;
    long now = hooks.line().time().nanoTime();
    if ((!replanned || now - replannedNanos >= AGAIN_NANOS) && differs(before, gaps.get())) {
      replanned = true;
      replannedNanos = now;
      hooks.context().replan();
    }
  }

  private static boolean differs(Gaps a, Gaps b) {
    return differs(a.registers(), b.registers()) || differs(a.bits(), b.bits());
  }

  private static boolean differs(int a, int b) {
    return Math.max(a, b) > WORTH * Math.min(a, b);
  }

  /** For people. */
  String testEvery() {
    Duration every = hooks.testEvery();
    return every.toHours() > 0 && every.toMinutesPart() == 0
        ? every.toHours() + "h"
        : every.toMinutes() + "m";
  }

  /** Sets the time of the next test, unless it is set; spread, so that not all come at once. */
  void testLater() {
    if (timer == null) {
      long millis = hooks.testEvery().toMillis();
      long spread = ThreadLocalRandom.current().nextLong(Math.max(1, millis / 10));
      timer =
          hooks
              .line()
              .vertx()
              .setTimer(
                  millis - spread,
                  id -> {
                    timer = null;
                    test.run();
                  });
    }
  }

  void close() {
    Long set = timer;
    timer = null;
    if (set != null) {
      hooks.line().vertx().cancelTimer(set);
    }
  }
}

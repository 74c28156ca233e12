package dev.sluice.driver.text;

import dev.sluice.driver.LineContext;

/** Tells when nothing came for a while. On the line's context only. */
final class Silence {

  private static final long NO_TIMER = -1;

  private final LineContext context;
  private final Runnable told;
  private long nanos;
  private long since;
  private long timer = NO_TIMER;

  /**
   * Waits for nothing yet.
   *
   * @param told called once for each {@link #await}, unless that is stopped or begun again
   */
  Silence(LineContext context, Runnable told) {
    this.context = context;
    this.told = told;
  }

  /** Waits until nothing came for so long from now on; positive. */
  void await(long silenceNanos) {
    nanos = silenceNanos;
    since = context.time().nanoTime();
    if (timer == NO_TIMER) {
      arm(silenceNanos);
    }
  }

  /** Something came. */
  void broken() {
    since = context.time().nanoTime();
  }

  void stop() {
    if (timer != NO_TIMER) {
      context.vertx().cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  boolean isAwaited() {
    return timer != NO_TIMER;
  }

  private void arm(long in) {
    timer = context.vertx().setTimer(Math.max(1, (in + 999_999) / 1_000_000), this::look);
  }

  private void look(long fired) {
    // In a later turn: what came before the timer was due is looked at first, also when this
    // context was late.
    context
        .context()
        .runOnContext(
            v -> {
              if (timer != fired) {
                return; // stopped meanwhile
              }
              long left = since + nanos - context.time().nanoTime();
              if (left > 0) {
                arm(left);
              } else {
                timer = NO_TIMER;
                told.run();
              }
            });
  }
}

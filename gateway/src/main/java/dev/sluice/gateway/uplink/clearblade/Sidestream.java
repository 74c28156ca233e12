package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.Turns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * What is sent beside the records, one after the other. The platform cuts who sends more than 100
 * messages in a second; records take up to {@link
 * dev.sluice.gateway.uplink.connector.ClearbladeOptions#RECORDS} of them.
 */
final class Sidestream {

  /** In which the platform counts. */
  static final Duration WINDOW = Duration.ofSeconds(1);

  /** In that time so many leave enough for the records. */
  static final int MODEST = 12;

  private static final Duration TICK = Duration.ofMillis(100);

  /** Of a tick while records flow, and while they have not for a second. */
  private static final int SLOW = 1;

  private static final int FAST = 8;

  private final Turns turns;
  private final LongSupplier nanos;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Long> sent = new ArrayDeque<>();
  private boolean ticking;
  private boolean stopped;
  private boolean flowing;
  private long quietSince;

  Sidestream(Turns turns, LongSupplier nanos) {
    this.turns = turns;
    this.nanos = nanos;
    this.quietSince = nanos.getAsLong() - WINDOW.toNanos();
  }

  /** Whether records take their share. */
  void recordsFlow(boolean now) {
    if (flowing && !now) {
      quietSince = nanos.getAsLong();
    }
    flowing = now;
  }

  /** Sends something when it is its turn, perhaps now. */
  void add(Runnable send) {
    waiting.add(send);
    tick();
  }

  int waiting() {
    return waiting.size();
  }

  /** How many were sent in the last second. */
  int lastSecond() {
    long from = nanos.getAsLong() - WINDOW.toNanos();
    while (!sent.isEmpty() && sent.getFirst() - from <= 0) {
      sent.removeFirst();
    }
    return sent.size();
  }

  void stop() {
    stopped = true;
    waiting.clear();
  }

  private void tick() {
    if (ticking || stopped || waiting.isEmpty()) {
      return;
    }
    ticking = true;
    boolean quiet = !flowing && nanos.getAsLong() - quietSince >= WINDOW.toNanos();
    for (int i = quiet ? FAST : SLOW; i > 0; i--) {
      Runnable next = waiting.poll();
      if (next == null) {
        break;
      }
      sent.addLast(nanos.getAsLong());
      next.run();
    }
    lastSecond();
    turns.later(
        TICK,
        () -> {
          ticking = false;
          tick();
        });
  }
}

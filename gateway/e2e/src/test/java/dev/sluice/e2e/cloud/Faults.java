package dev.sluice.e2e.cloud;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What a test breaks in a platform that is well otherwise. Thread-safe; takes effect at once. */
public final class Faults {

  private volatile Duration ackDelay = Duration.ZERO;
  private volatile Duration answerDelay = Duration.ZERO;
  private volatile int endAfterPublishes;
  private final AtomicInteger acksToLose = new AtomicInteger();
  private final Queue<Integer> codes = new ConcurrentLinkedQueue<>();

  /** Every PUBACK waits so long. */
  public void delayAcks(Duration delay) {
    ackDelay = delay;
  }

  /**
   * What the platform has to say to a message comes so long after its PUBACK; a service that is far
   * away takes its time.
   */
  public void delayAnswers(Duration delay) {
    answerDelay = delay;
  }

  /** The next PUBACKs are never sent; their messages are kept. */
  public void loseAcks(int count) {
    acksToLose.set(count);
  }

  /**
   * A connection ends at its n-th publish, which is kept but not acknowledged; 0 for never. Counts
   * for every connection anew.
   */
  public void endAfterPublishes(int count) {
    endAfterPublishes = count;
  }

  /** The next CONNECT is answered with this code, and the connection closed; may be repeated. */
  public void refuseNext(int code) {
    codes.add(code);
  }

  Duration ackDelay() {
    return ackDelay;
  }

  Duration answerDelay() {
    return answerDelay;
  }

  boolean losesAck() {
    return acksToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  boolean endsAt(int publishes) {
    return endAfterPublishes > 0 && publishes >= endAfterPublishes;
  }

  /** Null when there is none. */
  Integer nextCode() {
    return codes.poll();
  }
}

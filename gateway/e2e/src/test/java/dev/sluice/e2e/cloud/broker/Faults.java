package dev.sluice.e2e.cloud.broker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong on purpose between a platform that did its work and a client. Thread-safe. */
public final class Faults {

  private volatile Duration acknowledgmentDelay = Duration.ZERO;

  /** Longer than a client on a slow machine takes, so that one that answers gets it once. */
  private volatile Duration redelivery = Duration.ofSeconds(20);

  private volatile int refusal;
  private final AtomicInteger acknowledgmentsToLose = new AtomicInteger();
  private final AtomicInteger publishesToEnd = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();

  Faults() {}

  /** Every PUBACK comes so much later. */
  public void delayAcknowledgments(Duration delay) {
    acknowledgmentDelay = delay;
  }

  /** What the platform sends from now on it sends again after so long without a PUBACK. */
  public void redeliverAfter(Duration limit) {
    redelivery = limit;
  }

  /** The next PUBACKs never come, though the messages were taken. */
  public void loseAcknowledgments(int count) {
    acknowledgmentsToLose.set(count);
  }

  /** The connection that brings the n-th message from now on is cut, with the PUBACK unsent. */
  public void endAfterPublishes(int count) {
    publishesToEnd.set(count);
  }

  /**
   * The next clients are refused, whoever they are.
   *
   * @param code return code of CONNACK
   */
  public void refuse(int code, int count) {
    refusal = code;
    refusals.set(count);
  }

  Duration acknowledgmentDelay() {
    return acknowledgmentDelay;
  }

  Duration redelivery() {
    return redelivery;
  }

  boolean losesAcknowledgment() {
    return takes(acknowledgmentsToLose);
  }

  boolean endsNow() {
    return publishesToEnd.get() > 0 && publishesToEnd.decrementAndGet() == 0;
  }

  /** 0 when the client may be let in. */
  int refusal() {
    return takes(refusals) ? refusal : 0;
  }

  private static boolean takes(AtomicInteger left) {
    return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }
}

package dev.sluice.driver;

/**
 * How the host wants a poll to be run.
 *
 * @param pollClass what goes first when several wait for the medium
 * @param timeoutNanos from the call to the last byte of the reply, positive; the driver keeps it.
 *     On a line that carries one transaction at a time but takes several ({@link
 *     Line#concurrency()}), from the moment at which the request has the medium; the outcome may be
 *     told when the pauses that count into {@link Poll#busNanos()} are over, too
 */
public record PollRequest(PollClass pollClass, long timeoutNanos) {

  public PollRequest {
    if (timeoutNanos <= 0) {
      throw new IllegalArgumentException("BUG: timeout of " + timeoutNanos + " ns");
    }
  }
}

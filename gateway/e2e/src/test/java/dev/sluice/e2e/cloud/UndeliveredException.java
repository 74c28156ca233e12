package dev.sluice.e2e.cloud;

/** A message down to a client that nobody acknowledged, with the reason in words. */
public final class UndeliveredException extends Exception {

  private static final long serialVersionUID = 1L;

  public UndeliveredException(String reason) {
    super(reason);
  }
}

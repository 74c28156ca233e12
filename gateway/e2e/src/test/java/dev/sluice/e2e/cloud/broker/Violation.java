package dev.sluice.e2e.cloud.broker;

/** A client broke a rule for which the platform closes the connection; says which. */
public final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public Violation(String rule) {
    super(rule);
  }
}

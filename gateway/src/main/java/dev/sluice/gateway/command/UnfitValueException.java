package dev.sluice.gateway.command;

/** A value that a point cannot have; says what was found and what was expected. */
public final class UnfitValueException extends Exception {

  private static final long serialVersionUID = 1L;

  UnfitValueException(String message) {
    super(message);
  }
}

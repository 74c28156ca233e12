package dev.sluice.gateway.verify;

/** A message is not of the wire form; the message says what was found and expected. */
final class WireException extends Exception {

  private static final long serialVersionUID = 1L;

  WireException(String message) {
    super(message);
  }
}

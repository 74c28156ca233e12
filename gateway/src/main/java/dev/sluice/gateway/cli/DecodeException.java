package dev.sluice.gateway.cli;

/** Bytes that are no payload of ours; the message is for people. */
final class DecodeException extends Exception {

  private static final long serialVersionUID = 1L;

  DecodeException(String message) {
    super(message);
  }
}

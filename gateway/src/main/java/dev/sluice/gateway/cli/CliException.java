package dev.sluice.gateway.cli;

/** Something that the person at the terminal can do something about; told as a sentence. */
final class CliException extends Exception {

  private static final long serialVersionUID = 1L;

  CliException(String message) {
    super(message);
  }
}

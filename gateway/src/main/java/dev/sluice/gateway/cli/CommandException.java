package dev.sluice.gateway.cli;

/** A command that comes to nothing for a reason that its user can do something about. */
final class CommandException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int code;

  private CommandException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The arguments or the configuration do not allow it; nothing was sent. */
  static CommandException refused(String message) {
    return new CommandException(Cli.REFUSED, message);
  }

  /** It was tried and failed. */
  static CommandException failed(String message) {
    return new CommandException(Cli.FAILED, message);
  }

  /** The exit code. */
  int code() {
    return code;
  }
}

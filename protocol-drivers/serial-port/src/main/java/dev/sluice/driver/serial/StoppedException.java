package dev.sluice.driver.serial;

/** The port's thread was told to end while it waited. */
final class StoppedException extends Exception {

  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped", null, false, false);
  }
}

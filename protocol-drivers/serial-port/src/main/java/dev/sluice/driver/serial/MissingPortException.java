package dev.sluice.driver.serial;

import java.io.IOException;

/** The device file is not there, but may come: an adapter that is not plugged in. */
final class MissingPortException extends IOException {

  private static final long serialVersionUID = 1L;

  MissingPortException(String message) {
    super(message);
  }
}

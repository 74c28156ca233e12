package dev.sluice.driver.serial;

import java.io.IOException;

/** An open port does not work any more. */
final class PortLostException extends IOException {

  private static final long serialVersionUID = 1L;

  PortLostException(String message) {
    super(message);
  }
}

package dev.sluice.gateway.uplink.connector;

/** A record of which not even the names fit a message; the message says which. */
final class Unfit extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Unfit(String message) {
    super(message);
  }
}

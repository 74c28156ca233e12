package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.serial.Outcome;
import io.vertx.core.buffer.Buffer;

/**
 * Learns from reads whether the adapter hears what it sends: a read's reply never looks like its
 * request, so what does is an echo. Not thread-safe.
 */
final class EchoSense {

  private final boolean fixed;
  private Echo echo;

  /** What is configured; UNKNOWN is to be found out. */
  EchoSense(Echo configured) {
    this.echo = configured;
    this.fixed = configured != Echo.UNKNOWN;
  }

  Echo now() {
    return echo;
  }

  /** The port is opened anew: it may be another adapter. */
  void forget() {
    if (!fixed) {
      echo = Echo.UNKNOWN;
    }
  }

  /** A read ended. */
  void read(Outcome outcome, Buffer sent, boolean echoed) {
    if (fixed) {
      return;
    }
    Buffer received = outcome.received();
    switch (outcome.kind()) {
      case REPLY -> echo = echoed ? Echo.YES : Echo.NO;
      case TIMEOUT -> {
        if (received.length() == 0) {
          echo = Echo.NO; // the request at least would have been heard
        } else if (received.length() >= sent.length()
            && received.slice(0, sent.length()).equals(sent)) {
          echo = Echo.YES;
        }
      }
      case TRAILED, DAMAGED, PORT_LOST -> {}
    }
  }
}

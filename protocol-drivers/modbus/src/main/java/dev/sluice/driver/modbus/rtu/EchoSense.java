package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.serial.Outcome;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Learns from reads whether the adapter hears what it sends: a read's reply never looks like its
 * request, so what does is an echo. One that was damaged on its way says nothing. Not thread-safe.
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

  /**
   * A read ended.
   *
   * @param before what came before the reply; all of it if there was none
   */
  void read(Outcome.Kind kind, Buffer before, Buffer sent) {
    if (fixed || kind == Outcome.Kind.PORT_LOST) {
      return;
    }
    if (contains(before.getBytes(), sent.getBytes())) {
      echo = Echo.YES;
    } else if (before.length() == 0
        && (kind == Outcome.Kind.REPLY || kind == Outcome.Kind.TIMEOUT)) {
      echo = Echo.NO; // the request at least would have been heard
    }
  }

  private static boolean contains(byte[] bytes, byte[] what) {
    for (int at = 0; at + what.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + what.length, what, 0, what.length)) {
        return true;
      }
    }
    return false;
  }
}

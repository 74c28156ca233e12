package dev.sluice.simulator.spec;

import java.util.Locale;

/** What a line of a plant is reached through. */
public sealed interface Medium {

  /**
   * A TCP port of loopback.
   *
   * @param port 0 for any free one
   */
  record Tcp(int port) implements Medium {}

  /**
   * A serial port: a pseudo-terminal, known by a link of the line's name. What it sends takes the
   * time it would on a wire; what a client sets on the terminal means nothing.
   *
   * @param baud bits per second, 300 to 1,000,000
   * @param dataBits of a character, 7 or 8
   * @param stopBits of a character, 1 or 2
   */
  record Serial(int baud, int dataBits, Parity parity, int stopBits) implements Medium {

    // Modbus over serial line 1.02, 2.5.1.1: above 19200 the silence does not shrink any more.
    private static final int LAST_SCALED_BAUD = 19_200;
    private static final long FIXED_SILENCE_NANOS = 1_750_000;

    /** How long one character takes, start bit included, in nanoseconds. */
    public long characterNanos() {
      int bits = 1 + dataBits + (parity == Parity.NONE ? 0 : 1) + stopBits;
      return bits * 1_000_000_000L / baud;
    }

    /** The silence that ends a frame: 3.5 characters, in nanoseconds. */
    public long silenceNanos() {
      return baud > LAST_SCALED_BAUD ? FIXED_SILENCE_NANOS : characterNanos() * 7 / 2;
    }

    /** As people write it: {@code 9600 8N1}. */
    @Override
    public String toString() {
      return baud + " " + dataBits + parity.name().charAt(0) + stopBits;
    }
  }

  /** The parity bit of a character. */
  enum Parity {
    NONE,
    EVEN,
    ODD;

    /** As a gateway is configured: in lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

package dev.sluice.driver.serial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which serial port, and how it is set.
 *
 * @param path of the device file, best one that names the adapter: {@code
 *     /dev/serial/by-id/usb-FTDI-0}
 * @param baud 50 to 4,000,000
 * @param dataBits 5 to 8
 * @param stopBits 1 or 2
 * @param rs485 null leaves the direction to the adapter
 * @param byteGap so long nothing may come in the middle of a reply before it counts as damaged; 1
 *     ms to 10 s. USB adapters hold bytes back for 16 ms
 */
public record PortOptions(
    String path,
    int baud,
    int dataBits,
    Parity parity,
    int stopBits,
    @Nullable Rs485 rs485,
    Duration byteGap) {

  public static final Duration DEFAULT_BYTE_GAP = Duration.ofMillis(50);

  /** The same port at another speed. */
  public PortOptions withBaud(int other) {
    return new PortOptions(path, other, dataBits, parity, stopBits, rs485, byteGap);
  }

  /** Bits of a character on the wire, start and stop bits included. */
  public int charBits() {
    return 1 + dataBits + (parity == Parity.NONE ? 0 : 1) + stopBits;
  }

  /** How long a character takes on the wire. */
  public long charNanos() {
    return charBits() * 1_000_000_000L / baud;
  }

  /** For example {@code 9600 8N1}. */
  public String speed() {
    return baud + " " + dataBits + parity.letter() + stopBits;
  }
}

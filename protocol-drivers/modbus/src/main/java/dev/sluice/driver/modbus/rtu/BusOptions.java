package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.modbus.plan.BusCost;
import dev.sluice.driver.modbus.tcp.TcpOptions;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.SerialPort;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the units of a bus.
 *
 * @param line id of the line
 * @param framing of the PDUs
 * @param port the serial port; null for a connection
 * @param tcp the connection to a terminal server or to a device that speaks like one; null for a
 *     port
 * @param baud the speed of the bus behind a connection, 0 if it is not known; of the port otherwise
 * @param byteGap so long nothing may come in the middle of a reply over a connection before it
 *     counts as damaged
 * @param echo whether the adapter hears what it sends
 */
public record BusOptions(
    String line,
    Framing framing,
    @Nullable PortOptions port,
    @Nullable TcpOptions tcp,
    int baud,
    Duration byteGap,
    Echo echo) {

  /** Terminal servers and networks put gaps of this size into a reply. */
  public static final Duration DEFAULT_BYTE_GAP = Duration.ofMillis(200);

  /** Behind a connection nothing is known of parity: 8 data bits, 11 bits a character. */
  private static final int BITS = 11;

  public BusOptions {
    if ((port == null) == (tcp == null)) {
      throw new IllegalArgumentException("BUG: a bus on a port or on a connection");
    }
  }

  Medium medium(LineContext context, SerialPort.Listener listener) {
    if (port != null) {
      return new PortMedium(line, port, context, listener);
    }
    if (tcp != null) {
      return new StreamMedium(tcp, byteGap, context, listener);
    }
    throw new IllegalStateException("BUG: a bus on nothing");
  }

  /** For people: the path of the port, or host and port of the connection. */
  String name() {
    return port != null ? port.path() : tcp != null ? tcp.peer() : "";
  }

  /**
   * Whether address 0 speaks to all. A device at the end of a connection may have it for its own.
   */
  boolean isBus() {
    return port != null;
  }

  private long charNanos() {
    return port != null ? port.charNanos() : baud == 0 ? 0 : BITS * 1_000_000_000L / baud;
  }

  /** The silence around a frame; whoever is behind a connection keeps it himself. */
  long gapNanos() {
    return port == null ? 0 : framing.gapNanos(port.baud(), charNanos());
  }

  BusCost cost() {
    long charNanos = charNanos();
    return charNanos == 0
        ? BusCost.NONE
        : framing.cost(charNanos, framing.gapNanos(baud, charNanos));
  }
}

package dev.sluice.driver.serial;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open port of the native library. Used by the port's thread only.
 *
 * <p>Of the library's modes this takes the semi-blocking read: it returns with the first byte, or
 * without one after 100 ms, the finest that POSIX terminals know. The file descriptor blocks then,
 * so a write to a port that takes nothing waits in the kernel; in the non-blocking mode the library
 * would spin.
 */
final class Wire {

  /** How long {@link #read} waits for the first byte. */
  static final long READ_WAIT_NANOS = 100_000_000L;

  /** The native side copies the whole array at each read, so it is small. */
  private static final int CHUNK = 256;

  /** So long a process that ends may go on with its ports: what it takes to stop in order. */
  private static final long LAST_USE_MILLIS = 10_000;

  private static final AtomicBoolean END_IS_KNOWN = new AtomicBoolean();

  private final SerialPort port;
  private final byte[] chunk = new byte[CHUNK];

  private Wire(SerialPort port) {
    this.port = port;
  }

  /**
   * Opens a port exclusively.
   *
   * @param path without symbolic links, of a file that is there
   * @throws IOException with the reason in words
   */
  static Wire open(String path, PortOptions options) throws IOException {
    SerialPort port;
    try {
      closeLast();
      port = SerialPort.getCommPort(path);
      configure(port, options);
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(
          "the native library for serial ports does not work here: "
              + e
              + "; it needs a directory for temporary files from which programs may be run",
          e);
    }
    // Without the library's pause of 200 ms, which is for programs that reopen in a loop.
    if (!port.openPort(0)) {
      throw OpenFailure.of(path, options, port.getLastErrorCode());
    }
    return new Wire(port);
  }

  /**
   * When the JVM ends, the library closes every port at once, as if all adapters had been pulled
   * out. What it is given here it waits for before.
   */
  private static void closeLast() {
    if (END_IS_KNOWN.compareAndSet(false, true)) {
      SerialPort.addShutdownHook(
          new Thread(() -> PortClaims.awaitNone(LAST_USE_MILLIS), "serial ports in use"));
    }
  }

  static void configure(SerialPort port, PortOptions options) {
    port.setComPortParameters(
        options.baud(),
        options.dataBits(),
        options.stopBits() == 2 ? SerialPort.TWO_STOP_BITS : SerialPort.ONE_STOP_BIT,
        switch (options.parity()) {
          case NONE -> SerialPort.NO_PARITY;
          case EVEN -> SerialPort.EVEN_PARITY;
          case ODD -> SerialPort.ODD_PARITY;
          case MARK -> SerialPort.MARK_PARITY;
          case SPACE -> SerialPort.SPACE_PARITY;
        });
    port.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    port.setComPortTimeouts(
        SerialPort.TIMEOUT_READ_SEMI_BLOCKING, (int) (READ_WAIT_NANOS / 1_000_000), 0);
    Rs485 rs485 = options.rs485();
    if (rs485 == null) {
      // Else the library would switch off what the kernel was told at boot.
      port.disableRs485ModeControl();
    } else {
      port.setRs485ModeParameters(
          true,
          rs485.rtsHighWhileSending(),
          rs485.termination(),
          rs485.receiveWhileSending(),
          rs485.delayBeforeMillis() * 1000,
          rs485.delayAfterMillis() * 1000);
    }
  }

  /** How many bytes can be read without waiting. */
  int available() throws PortLostException {
    int count = port.bytesAvailable();
    if (count < 0) {
      throw lost();
    }
    return count;
  }

  /**
   * Reads what is there; waits for the first byte if there is none.
   *
   * @param most 1 or more
   * @return how many bytes; 0 after {@link #READ_WAIT_NANOS} without any
   */
  int read(byte[] into, int offset, int most) throws PortLostException {
    int count = port.readBytes(chunk, Math.min(most, CHUNK));
    if (count < 0) {
      throw lost();
    }
    System.arraycopy(chunk, 0, into, offset, count);
    return count;
  }

  void write(byte[] bytes) throws PortLostException {
    int from = 0;
    while (from < bytes.length) {
      int count = port.writeBytes(bytes, bytes.length - from, from);
      if (count <= 0) {
        throw lost();
      }
      from += count;
    }
  }

  /** Changes the speed of the open port; 0 or less is an error of the caller. */
  void setBaud(int baud) throws PortLostException {
    if (!port.setBaudRate(baud)) {
      throw new PortLostException(
          port.getSystemPortPath()
              + " does not take "
              + baud
              + " baud (error "
              + port.getLastErrorCode()
              + ")");
    }
  }

  void close() {
    port.closePort();
  }

  private PortLostException lost() {
    return new PortLostException(
        port.getSystemPortPath()
            + " is gone: was the adapter pulled? (error "
            + port.getLastErrorCode()
            + ")");
  }
}

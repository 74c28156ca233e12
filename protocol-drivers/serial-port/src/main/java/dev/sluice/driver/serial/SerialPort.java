package dev.sluice.driver.serial;

import dev.sluice.driver.LineContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A serial port of a line. Made without opening anything; opened and closed as often as the line is
 * connected. All methods on the line's context, and there it calls back.
 */
public final class SerialPort {

  /** More than any reply needs; what comes beyond it between request and reply is damage. */
  public static final int MAX_RECEIVED = 8192;

  private final String medium;

  /** What a port tells by itself, on the line's context. */
  public interface Listener {

    /**
     * Bytes came that belong to no exchange: a device that sends by itself, or noise.
     *
     * @param lastByteNanos when the last of them was seen
     */
    void received(Buffer bytes, long lastByteNanos);

    /**
     * An open port is gone: unplugged, or failing. Exchanges have ended with {@link
     * Outcome.Kind#PORT_LOST} before. Not called after {@link SerialPort#close()}.
     *
     * @param reason in words
     */
    void lost(String reason);
  }

  /**
   * A port that is not open.
   *
   * @param line id of the line, told to others who want the same port
   */
  public SerialPort(String line, PortOptions options, LineContext context, Listener listener) {
    this.medium = options.path();
  }

  /**
   * Opens the port, exclusively. Not while open or opening.
   *
   * <p>When the device file is not there, this fails, and {@link LineContext#available()} is called
   * as soon as it is.
   *
   * @return fails with an exception whose message says what to look at: no such port (and which
   *     there are), no permission, no serial port, in use (by which line or process), settings that
   *     the port does not take
   */
  public Future<Void> open() {
    return Future.failedFuture("to be written");
  }

  public boolean isOpen() {
    return false;
  }

  /** The path with its links resolved as far as they can be now. */
  public String medium() {
    return medium;
  }

  /** Puts an exchange into the queue. Ends at once with PORT_LOST while the port is not open. */
  public void submit(Exchange exchange) {}

  /** Sends bytes to which no reply belongs, in turn with the exchanges. Lost while not open. */
  public void write(Buffer bytes) {}

  /** Ends what is under way, closes the port and its thread. Idempotent; opened never again. */
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}

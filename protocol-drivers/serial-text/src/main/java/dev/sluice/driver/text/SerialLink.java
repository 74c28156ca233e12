package dev.sluice.driver.text;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.serial.Exchange;
import dev.sluice.driver.serial.Outcome;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Link} over a serial port. The port's thread listens all the time, so that what a device
 * sends by itself and what it answers come the same way.
 */
final class SerialLink implements Link, SerialPort.Listener {

  /** A converter may still hold the last characters when they have left by the clock. */
  private static final long SETTLE_NANOS = 5_000_000L;

  private final SerialPort port;
  private @Nullable Listener listener;

  SerialLink(String line, PortOptions options, LineContext context) {
    this.port = new SerialPort(line, options, context, this);
  }

  @Override
  public Future<Void> open(Listener whoListens) {
    listener = whoListens;
    return port.open();
  }

  @Override
  public boolean isOpen() {
    return port.isOpen();
  }

  @Override
  public void write(Buffer bytes, LongConsumer gone) {
    port.submit(
        new Exchange(
            PollClass.POLL,
            bytes,
            null,
            SETTLE_NANOS,
            0,
            0,
            outcome -> {
              if (outcome.kind() == Outcome.Kind.REPLY) {
                gone.accept(outcome.requestEndNanos());
              }
            }));
  }

  @Override
  public boolean setBaud(int baud) {
    port.setBaud(baud);
    return true;
  }

  @Override
  public void neverSilent(String reason) {
    // Opening it again would not silence it.
  }

  @Override
  public void received(Buffer bytes, long lastByteNanos) {
    Listener told = listener;
    if (told != null) {
      told.received(bytes, lastByteNanos);
    }
  }

  @Override
  public void lost(String reason) {
    Listener told = listener;
    if (told != null) {
      told.down(reason);
    }
  }

  @Override
  public Future<Void> close() {
    return port.close();
  }
}

package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.serial.Exchange;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;

/** A serial port. */
final class PortMedium implements Medium {

  /** One on the wire and one that waits, so that the wire does not wait for us. */
  private static final int CONCURRENCY = 2;

  private final SerialPort port;

  PortMedium(String line, PortOptions options, LineContext context, SerialPort.Listener listener) {
    this.port = new SerialPort(line, options, context, listener);
  }

  @Override
  public Future<Void> open() {
    return port.open();
  }

  @Override
  public boolean isOpen() {
    return port.isOpen();
  }

  @Override
  public void submit(Exchange exchange) {
    port.submit(exchange);
  }

  @Override
  public int concurrency() {
    return CONCURRENCY;
  }

  @Override
  public Future<Void> close() {
    return port.close();
  }
}

package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.serial.Exchange;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;

/**
 * What carries exchanges: a serial port, or a socket that behaves like one. Lifecycle and threads
 * as of {@link SerialPort}, whose listener it tells.
 */
interface Medium {

  Future<Void> open();

  boolean isOpen();

  /** Ends with PORT_LOST while it is not open. */
  void submit(Exchange exchange);

  /** How many exchanges it takes at once; the others wait in it. */
  int concurrency();

  Future<Void> close();
}

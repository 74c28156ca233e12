package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.value.Format;

/**
 * Where a point is and what it means.
 *
 * @param address zero-based, as on the wire; with the format's length it ends at {@link
 *     Table#LAST_ADDRESS} at the latest
 */
public record ModbusPoint(Table table, int address, Format format) {

  /** The first address behind it. */
  int end() {
    return address + format.length();
  }
}

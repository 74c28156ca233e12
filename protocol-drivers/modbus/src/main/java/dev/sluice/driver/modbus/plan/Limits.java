package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.Table;

/**
 * What one request to a device may ask for.
 *
 * @param maxRegisters 1 to {@link Table#MAX_REGISTERS}
 * @param maxBits 1 to {@link Table#MAX_BITS}
 * @param maxGap how many addresses nobody asked for may be read in a row to merge neighbours, 0 to
 *     {@link Table#MAX_BITS}; {@link #BY_COST} for as many as are cheaper than another transaction
 */
public record Limits(int maxRegisters, int maxBits, int maxGap) {

  public static final int BY_COST = -1;

  /** What the protocol allows, and no gaps. */
  public static final Limits PROTOCOL = new Limits(Table.MAX_REGISTERS, Table.MAX_BITS, 0);

  /** How many addresses of a table one request may ask for. */
  public int of(Table table) {
    return table.bits() ? maxBits : maxRegisters;
  }
}

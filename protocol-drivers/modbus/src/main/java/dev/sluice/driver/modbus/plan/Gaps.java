package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Table;

/**
 * How many addresses that nobody asked for may be read in a row to merge neighbours.
 *
 * @param registers in the tables of registers
 * @param bits in the tables of bits
 */
public record Gaps(int registers, int bits) {

  /** Bytes of a reply's PDU beside its data. */
  private static final int REPLY_HEAD = 2;

  /** The same for all tables. */
  public static Gaps of(int addresses) {
    return new Gaps(addresses, addresses);
  }

  /**
   * As many as cost less of the bus than another transaction would. None where the bus is not the
   * limit: a device may refuse addresses that it does not have, which only time is worth.
   *
   * @param turnaroundNanos of the device
   */
  public static Gaps byCost(BusCost cost, long turnaroundNanos) {
    if (cost.charNanos() == 0) {
      return of(0);
    }
    long transaction = cost.transactionNanos(ReadRequest.PDU_BYTES, REPLY_HEAD, turnaroundNanos);
    long bytes = Math.max(0, (transaction - 1) / cost.charNanos());
    return new Gaps(
        (int) Math.min(Table.MAX_REGISTERS, bytes / 2), (int) Math.min(Table.MAX_BITS, bytes * 8));
  }

  int most(Table table) {
    return table.bits() ? bits : registers;
  }

  /** Neither more than a limit. */
  public Gaps atMost(int limit) {
    return new Gaps(Math.min(registers, limit), Math.min(bits, limit));
  }
}

package dev.sluice.driver.modbus.plan;

/**
 * Whom a transaction is with.
 *
 * @param address 0 to 255; on a serial bus 1 to 247, and 0 for all of them
 * @param timing what it asks of the bus
 * @param listener hears what is noticed of it
 */
public record Unit(int address, DeviceTiming timing, UnitListener listener) {

  /** A unit with nothing special about it, and nobody who listens. */
  public static Unit of(int address) {
    return new Unit(address, DeviceTiming.PROTOCOL, UnitListener.NONE);
  }
}

package dev.sluice.driver.modbus.rtu;

/** Whether the adapter hears what it sends, as half-duplex ones without a switch do. */
public enum Echo {
  /** To be found out. */
  UNKNOWN,
  YES,
  NO
}

package dev.sluice.simulator.spec;

import java.util.Locale;

/** The four kinds of addresses that a Modbus device has (Modbus application protocol, 4.3). */
public enum Area {
  COIL,
  DISCRETE,
  HOLDING,
  INPUT;

  private final String word = name().toLowerCase(Locale.ROOT);

  public String word() {
    return word;
  }

  /** Whether an address holds one bit rather than a register of 16. */
  public boolean isBit() {
    return this == COIL || this == DISCRETE;
  }
}

package dev.sluice.driver.modbus.value;

import dev.sluice.driver.ValueType;

/**
 * How the registers of a point, or its bit, become a value.
 *
 * @param type of the value; never {@link ValueType#DECIMAL}
 * @param order of bytes and registers; {@link WordOrder#ABCD} where there is nothing to order
 * @param bit of a register, 0 (lowest) to 15, for {@link ValueType#BOOL} in a table of registers;
 *     else -1
 * @param length how many addresses it occupies: registers, or 1 in a table of bits
 */
public record Format(ValueType type, WordOrder order, int bit, int length) {

  /** A coil or a discrete input. */
  public static final Format BIT = new Format(ValueType.BOOL, WordOrder.ABCD, -1, 1);

  public Format {
    int natural = registers(type);
    if (length < 1 || (natural != 0 && natural != length)) {
      throw new IllegalArgumentException("BUG: " + type + " of " + length + " registers");
    }
  }

  /** How many registers a value of this type occupies; 0 for a string: as many as configured. */
  public static int registers(ValueType type) {
    return switch (type) {
      case BOOL, INT16, UINT16 -> 1;
      case INT32, UINT32, FLOAT32 -> 2;
      case INT64, UINT64, FLOAT64 -> 4;
      case STRING -> 0;
      case DECIMAL -> throw new IllegalArgumentException("BUG: no decimals in registers");
    };
  }
}

package dev.sluice.driver.modbus.codec;

import org.jspecify.annotations.Nullable;

/** The four address spaces of a Modbus device, in the order of their read functions. */
public enum Table {
  COIL("coil", 1, true),
  DISCRETE("discrete", 2, true),
  HOLDING("holding", 3, false),
  INPUT("input", 4, false);

  /** How many registers one read may ask for (sections 6.3 and 6.4). */
  public static final int MAX_REGISTERS = 125;

  /** How many bits one read may ask for (sections 6.1 and 6.2). */
  public static final int MAX_BITS = 2000;

  /** The last address of each table; the first is 0. */
  public static final int LAST_ADDRESS = 65_535;

  private static final Table[] ALL = values();

  private final String word;
  private final int readFunction;
  private final boolean bits;

  Table(String word, int readFunction, boolean bits) {
    this.word = word;
    this.readFunction = readFunction;
    this.bits = bits;
  }

  /** As configured. */
  public String word() {
    return word;
  }

  /** The function that reads it, 1 to 4. */
  public int readFunction() {
    return readFunction;
  }

  /** Whether an address holds one bit; else it holds a register of 16. */
  public boolean bits() {
    return bits;
  }

  /** How many addresses one read may ask for. */
  public int maxPerRead() {
    return bits ? MAX_BITS : MAX_REGISTERS;
  }

  /** The table of a configured word, null if there is none. */
  public static @Nullable Table ofWord(String word) {
    for (Table table : ALL) {
      if (table.word.equals(word)) {
        return table;
      }
    }
    return null;
  }
}

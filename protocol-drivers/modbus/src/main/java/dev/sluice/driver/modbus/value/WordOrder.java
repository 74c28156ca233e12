package dev.sluice.driver.modbus.value;

import org.jspecify.annotations.Nullable;

/** Where the bytes of a number stand in its registers; see the package documentation. */
public enum WordOrder {
  ABCD,
  CDAB,
  BADC,
  DCBA;

  private static final WordOrder[] ALL = values();

  /** The order of a configured word, null if there is none. */
  public static @Nullable WordOrder ofWord(String word) {
    for (WordOrder order : ALL) {
      if (order.name().equals(word)) {
        return order;
      }
    }
    return null;
  }

  /**
   * Puts a number right.
   *
   * @param wire two registers as they came, read big-endian
   */
  int of(int wire) {
    return switch (this) {
      case ABCD -> wire;
      case CDAB -> Integer.rotateLeft(wire, 16);
      case BADC -> Integer.rotateLeft(Integer.reverseBytes(wire), 16);
      case DCBA -> Integer.reverseBytes(wire);
    };
  }

  /**
   * Puts a number right.
   *
   * @param wire four registers as they came, read big-endian
   */
  long of(long wire) {
    return switch (this) {
      case ABCD -> wire;
      case CDAB -> reverseRegisters(wire);
      case BADC -> reverseRegisters(Long.reverseBytes(wire));
      case DCBA -> Long.reverseBytes(wire);
    };
  }

  private static long reverseRegisters(long x) {
    long swapped = ((x & 0x0000_FFFF_0000_FFFFL) << 16) | ((x >>> 16) & 0x0000_FFFF_0000_FFFFL);
    return Long.rotateLeft(swapped, 32);
  }
}

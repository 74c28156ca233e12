package dev.sluice.simulator.spec;

/**
 * In which order the bytes of a value lie in its registers; named for the four bytes A (highest) to
 * D of a 32-bit value, the same rule on words and bytes for 64 bits.
 */
public enum RegisterOrder {
  ABCD(false, false),
  CDAB(true, false),
  BADC(false, true),
  DCBA(true, true);

  private final boolean wordsReversed;
  private final boolean bytesSwapped;

  RegisterOrder(boolean wordsReversed, boolean bytesSwapped) {
    this.wordsReversed = wordsReversed;
    this.bytesSwapped = bytesSwapped;
  }

  /** Puts a value of {@code into.length} registers from {@code bits}, right-aligned. */
  public void write(long bits, int[] into) {
    for (int i = 0; i < into.length; i++) {
      int word = (int) (bits >>> (16 * (into.length - 1 - i))) & 0xFFFF;
      if (bytesSwapped) {
        word = word >>> 8 | (word & 0xFF) << 8;
      }
      into[wordsReversed ? into.length - 1 - i : i] = word;
    }
  }
}

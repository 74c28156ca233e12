package dev.sluice.driver.text;

/** What a {@link DelimiterFramer} finds between two delimiters. */
sealed interface Frame {

  /** How many bytes it took on the wire, delimiter included. */
  int wireLength();

  /**
   * A line.
   *
   * @param text decoded as UTF-8; what is not UTF-8 is U+FFFD
   */
  record Text(String text, int wireLength) implements Frame {}

  /**
   * More bytes than a line may have; what follows up to the next delimiter is skipped.
   *
   * @param wireLength how many came before it was noticed
   */
  record TooLong(int wireLength) implements Frame {}
}

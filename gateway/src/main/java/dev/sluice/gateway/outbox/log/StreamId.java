package dev.sluice.gateway.outbox.log;

import java.util.random.RandomGenerator;

/**
 * Names the life of one log: 48 bits of wall time, whatever it was, and 80 random ones. Printed as
 * 26 characters of Crockford's base 32, as a ULID.
 */
public record StreamId(long high, long low) {

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 26;

  static StreamId create(long wallMillis, RandomGenerator random) {
    return new StreamId(wallMillis << 16 | (random.nextLong() & 0xFFFF), random.nextLong());
  }

  /** 26 characters; ids made later sort later, as far as the clock was right. */
  public String text() {
    char[] text = new char[LENGTH];
    long left = high;
    long right = low;
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) (right & 31));
      right = right >>> 5 | left << 59;
      left >>>= 5;
    }
    return new String(text);
  }

  @Override
  public String toString() {
    return text();
  }
}

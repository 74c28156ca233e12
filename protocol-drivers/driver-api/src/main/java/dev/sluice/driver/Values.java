package dev.sluice.driver;

import org.jspecify.annotations.Nullable;

/**
 * A column of values, one per point, in primitive arrays: no object per reading. What the bits mean
 * is said by each point's {@link ValueType}. Immutable once built.
 */
public final class Values {

  private final long[] bits;
  private final byte @Nullable [] scales;
  private final byte @Nullable [] qualities;
  private final @Nullable String @Nullable [] texts;

  private Values(
      long[] bits,
      byte @Nullable [] scales,
      byte @Nullable [] qualities,
      @Nullable String @Nullable [] texts) {
    this.bits = bits;
    this.scales = scales;
    this.qualities = qualities;
    this.texts = texts;
  }

  /** All of them bad for one reason, as after a poll that failed. */
  public static Values bad(int size, Quality quality) {
    var builder = new Builder(size);
    for (int i = 0; i < size; i++) {
      builder.bad(i, quality);
    }
    return builder.build();
  }

  public int size() {
    return bits.length;
  }

  /** The value's 64 bits; meaningless unless its quality is good. */
  public long bits(int i) {
    return bits[i];
  }

  /** The value of a {@link ValueType#FLOAT32} or {@link ValueType#FLOAT64} point. */
  public double number(int i) {
    return Double.longBitsToDouble(bits[i]);
  }

  /** How many decimals a {@link ValueType#DECIMAL} has: 2301 with scale 1 is 230.1. 0 to 18. */
  public int scale(int i) {
    return scales == null ? 0 : scales[i];
  }

  public Quality quality(int i) {
    return qualities == null ? Quality.GOOD : Quality.ofCode(qualities[i]);
  }

  public boolean isGood(int i) {
    return qualities == null || qualities[i] == 0;
  }

  /** Whether every value is good; a cheap answer for the common case. */
  public boolean allGood() {
    return qualities == null;
  }

  /** The value of a {@link ValueType#STRING} point; empty if it is not good. */
  public String text(int i) {
    String text = texts == null ? null : texts[i];
    return text == null ? "" : text;
  }

  /**
   * Fills a column. Each value not set is 0 and good. Not thread-safe; of no use after {@link
   * #build()}.
   */
  public static final class Builder {

    private final long[] bits;
    private byte @Nullable [] scales;
    private byte @Nullable [] qualities;
    private @Nullable String @Nullable [] texts;

    public Builder(int size) {
      this.bits = new long[size];
    }

    /** Sets a whole number, a bool, or the bits of an unsigned 64-bit number. */
    public Builder integer(int i, long value) {
      bits[i] = value;
      return this;
    }

    public Builder number(int i, double value) {
      bits[i] = Double.doubleToRawLongBits(value);
      return this;
    }

    /**
     * Sets an exact decimal.
     *
     * @param scale how many of the digits are decimals, 0 to 18
     */
    public Builder decimal(int i, long unscaled, int scale) {
      if (scale < 0 || scale > 18) {
        throw new IllegalArgumentException("BUG: decimal with scale " + scale);
      }
      bits[i] = unscaled;
      if (scale != 0 && scales == null) {
        scales = new byte[bits.length];
      }
      if (scales != null) {
        scales[i] = (byte) scale;
      }
      return this;
    }

    public Builder text(int i, String value) {
      if (texts == null) {
        texts = new String[bits.length];
      }
      texts[i] = value;
      return this;
    }

    public Builder bad(int i, Quality quality) {
      if (qualities == null) {
        if (quality == Quality.GOOD) {
          return this;
        }
        qualities = new byte[bits.length];
      }
      qualities[i] = (byte) quality.code();
      return this;
    }

    public Values build() {
      return new Values(bits, scales, qualities, texts);
    }
  }
}

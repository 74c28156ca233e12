package dev.sluice.gateway.normalize;

/** Powers of ten that fit. */
final class Powers {

  /** The most decimals that a decimal may have. */
  static final int MAX_SCALE = 18;

  private static final long[] LONGS = new long[MAX_SCALE + 1];
  private static final double[] DOUBLES = new double[MAX_SCALE + 1];

  static {
    long power = 1;
    for (int i = 0; i <= MAX_SCALE; i++) {
      LONGS[i] = power;
      DOUBLES[i] = power;
      power *= 10;
    }
  }

  private Powers() {}

  /** Ten to the power of 0 to 18. */
  static long ofTen(int exponent) {
    return LONGS[exponent];
  }

  /** The double nearest to a decimal, as long as it has at most 15 digits. */
  static double toDouble(long unscaled, int scale) {
    return unscaled / DOUBLES[scale];
  }

  /** Whether the product is beyond 64 bits. */
  static boolean overflows(long a, long b) {
    return Math.multiplyHigh(a, b) != (a * b) >> 63;
  }

  /** Whether the sum is beyond 64 bits. */
  static boolean sumOverflows(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0;
  }

  /** An unsigned 64-bit number as the nearest double. */
  static double unsignedToDouble(long bits) {
    // Halved with the lost bit kept, so that rounding goes the same way.
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}

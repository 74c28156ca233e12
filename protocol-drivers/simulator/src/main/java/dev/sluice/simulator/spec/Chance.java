package dev.sluice.simulator.spec;

/** Numbers that look random and are a function of a seed and an index, so that a run repeats. */
final class Chance {

  /** How long a drawn value of noise stays. */
  static final long TICK_NANOS = 100_000_000L;

  private Chance() {}

  /** A seed for something named, different for each name. */
  static long seed(long plant, String device, String point) {
    return mix(mix(plant) ^ mix(device.hashCode()) ^ Long.rotateLeft(mix(point.hashCode()), 17));
  }

  /** In [0, 1). */
  static double unit(long seed, long index) {
    return (mix(seed ^ mix(index)) >>> 11) * 0x1.0p-53;
  }

  /** Nearly normal with mean 0 and deviation 1: the sum of 12 uniform draws. */
  static double gaussian(long seed, long index) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += unit(seed + i, index);
    }
    return sum;
  }

  // The finalizer of SplitMix64.
  private static long mix(long x) {
    long z = x + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }
}

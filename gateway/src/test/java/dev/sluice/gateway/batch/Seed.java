package dev.sluice.gateway.batch;

import java.util.Random;

/** The seed of a random test: printed, and repeated with -Dsluice.seed. */
final class Seed {

  private Seed() {}

  static long of(Class<?> test) {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println(test.getSimpleName() + " seed " + seed);
    return seed;
  }

  static int rounds(int few, int many) {
    return Boolean.getBoolean("sluice.long") ? many : few;
  }
}

package dev.sluice.driver.modbus;

import java.util.Random;

/** The seed of a random test: printed, and given again with {@code -Dsluice.seed=N}. */
public final class Seed {

  private Seed() {}

  public static long next() {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println("seed " + seed);
    return seed;
  }

  /** A count that is small by default and full with {@code -Dsluice.long=true}. */
  public static int count(int small, int full) {
    return Boolean.getBoolean("sluice.long") ? full : small;
  }
}

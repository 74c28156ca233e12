package dev.sluice.e2e;

import java.util.Random;

/** Chance that can be repeated: the seed is printed and taken from {@code -Dsluice.seed}. */
final class TestRandom {

  /** Whether the full counts were asked for with {@code -Dsluice.long=true}. */
  static final boolean LONG = Boolean.getBoolean("sluice.long");

  private TestRandom() {}

  static Random create(String test) {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println(test + ": -Dsluice.seed=" + seed);
    return new Random(seed);
  }
}

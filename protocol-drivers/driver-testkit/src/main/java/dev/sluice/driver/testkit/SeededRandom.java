package dev.sluice.driver.testkit;

import java.util.Random;

/** Chance that can be repeated: the seed is new each time, printed, and set by a property. */
public final class SeededRandom {

  private SeededRandom() {}

  /**
   * A generator seeded with {@code -Dsluice.seed}, or with a fresh seed if that is absent or empty.
   *
   * @param purpose printed with the seed
   */
  public static Random create(String purpose) {
    Long given = Long.getLong("sluice.seed");
    long seed = given == null ? new Random().nextLong() : given;
    System.out.println(purpose + ": seed " + seed + " (repeat with -Dsluice.seed=" + seed + ")");
    return new Random(seed);
  }
}

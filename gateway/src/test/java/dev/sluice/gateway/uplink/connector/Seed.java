package dev.sluice.gateway.uplink.connector;

import java.security.SecureRandom;
import java.util.Random;

/** A random generator whose seed is printed and can be given. */
public final class Seed {

  private Seed() {}

  public static Random random() {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new SecureRandom().nextLong() : Long.parseLong(given);
    System.out.println("seed: -Dsluice.seed=" + seed);
    return new Random(seed);
  }
}

package dev.sluice.gateway.batch;

import java.time.Duration;

/**
 * How readings are collected into records.
 *
 * @param linger the common tick: how long a reading waits at most for its record to be closed, 1 ms
 *     to 1 min
 * @param maxBytes a record is closed earlier when it holds this much, in bytes before compression,
 *     1 KiB to 1 MiB
 * @param maxPending bytes admitted and not yet durable, of all ingest verticles together; at least
 *     as much as one record of each. About as much again may wait for a permit
 * @param permitTimeout how long a permit is withheld above that bound before the block is refused,
 *     1 ms to 1 min
 * @param ingest how many verticles share the work, 1 to 64
 */
public record BatchOptions(
    Duration linger, int maxBytes, long maxPending, Duration permitTimeout, int ingest) {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** 900 ms, 64 KiB, 8 MiB, 2 s, two verticles. */
  public static final BatchOptions DEFAULTS =
      new BatchOptions(Duration.ofMillis(900), 64 << 10, 8L << 20, Duration.ofSeconds(2), 2);

  public BatchOptions {
    checkDuration("linger", linger);
    checkDuration("permitTimeout", permitTimeout);
    check("maxBytes", maxBytes, 1 << 10, 1 << 20);
    check("ingest", ingest, 1, 64);
    check("maxPending", maxPending, (long) maxBytes * ingest, Long.MAX_VALUE);
  }

  private static void checkDuration(String name, Duration found) {
    if (found.compareTo(Duration.ofMillis(1)) < 0 || found.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " " + found + ", expected PT0.001S to " + LONGEST);
    }
  }

  private static void check(String name, long found, long least, long most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          name + " " + found + ", expected " + least + " to " + most);
    }
  }
}

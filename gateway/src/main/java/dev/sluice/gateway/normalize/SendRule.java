package dev.sluice.gateway.normalize;

import dev.sluice.gateway.acquire.PointRules;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a point are worth sending; times in nanoseconds.
 *
 * @param range null if every value is to be believed
 * @param change null if every value counts as a move
 */
record SendRule(@Nullable Range range, @Nullable Change change, long minInterval, long heartbeat) {

  /** Null for a point that sends every value as it is. */
  static @Nullable SendRule of(PointRules rules, Conversion conversion) {
    Range range = Range.of(conversion, rules.min(), rules.max());
    Change change = Change.of(conversion, rules.deadband());
    long minInterval = rules.minInterval().toNanos();
    return range == null && change == null && minInterval == 0
        ? null
        : new SendRule(range, change, minInterval, rules.heartbeat().toNanos());
  }
}

package dev.sluice.simulator.spec;

import java.util.List;

/** What a point shows over time. A pure function of the seed and the time since the plant began. */
public sealed interface Signal {

  /** A text that never changes. */
  record Text(String value) implements Signal {}

  /** A number over time. */
  sealed interface Numeric extends Signal {

    /**
     * The value at a moment.
     *
     * @param nanos since the plant began, not negative
     */
    double at(long nanos);
  }

  /** The same for ever. */
  record Constant(double value) implements Numeric {
    @Override
    public double at(long nanos) {
      return value;
    }
  }

  /**
   * Swings between two values as a sine, each point in a phase of its own.
   *
   * @param noise standard deviation of what is added, new each 100 ms
   */
  record Drift(double from, double to, long periodNanos, double noise, long seed)
      implements Numeric {
    @Override
    public double at(long nanos) {
      double phase = Chance.unit(seed, -1);
      double turn = (double) (nanos % periodNanos) / periodNanos + phase;
      double swing = (1 - Math.cos(2 * Math.PI * turn)) / 2;
      return from + (to - from) * swing + noise * Chance.gaussian(seed, nanos / Chance.TICK_NANOS);
    }
  }

  /** Normally distributed, new each 100 ms. */
  record Noise(double mean, double deviation, long seed) implements Numeric {
    @Override
    public double at(long nanos) {
      return mean + deviation * Chance.gaussian(seed, nanos / Chance.TICK_NANOS);
    }
  }

  /** Goes up by {@code step} each {@code everyNanos}, like an energy meter. */
  record Counter(double start, double step, long everyNanos) implements Numeric {
    @Override
    public double at(long nanos) {
      long steps = nanos / everyNanos;
      return start + step * steps;
    }
  }

  /** One of some values, drawn anew each {@code everyNanos}. */
  record States(List<Double> values, long everyNanos, long seed) implements Numeric {
    public States {
      values = List.copyOf(values);
    }

    @Override
    public double at(long nanos) {
      return values.get((int) (Chance.unit(seed, nanos / everyNanos) * values.size()));
    }
  }
}

package dev.sluice.gateway.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what snapshots say into meters: a series appears with the first value for it and goes with
 * the line, device or uplink that it was about. Used by one thread at a time.
 */
final class Samples {

  /** What identifies a series. */
  private record Key(String name, Tags tags) {}

  private static final class Held {
    final Meter meter;
    double value;
    long round;

    Held(MeterRegistry registry, Key key, String help, @Nullable String unit, boolean counter) {
      this.meter =
          counter
              ? FunctionCounter.builder(key.name(), this, held -> held.value)
                  .tags(key.tags())
                  .description(help)
                  .baseUnit(unit)
                  .register(registry)
              : Gauge.builder(key.name(), this, held -> held.value)
                  .tags(key.tags())
                  .description(help)
                  .baseUnit(unit)
                  .register(registry);
    }
  }

  private final MeterRegistry registry;
  private final Map<Key, Held> series = new HashMap<>();
  private long round;

  Samples(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Something that only goes up; Prometheus adds {@code _total} to the name. */
  void counter(String name, String unit, String help, double value, String... tags) {
    held(name, unit, help, true, tags).value = value;
  }

  void gauge(String name, String unit, String help, double value, String... tags) {
    held(name, unit, help, false, tags).value = value;
  }

  /** Ends a round: what was not told in it is gone. */
  void end() {
    for (Iterator<Held> all = series.values().iterator(); all.hasNext(); ) {
      Held held = all.next();
      if (held.round != round) {
        registry.remove(held.meter);
        all.remove();
      }
    }
    round++;
  }

  private Held held(String name, String unit, String help, boolean counter, String... tags) {
    var key = new Key(name, Tags.of(tags));
    Held held =
        series.computeIfAbsent(
            key, k -> new Held(registry, k, help, unit.isEmpty() ? null : unit, counter));
    held.round = round;
    return held;
  }
}

package dev.sluice.gateway.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The meters of all things of one kind, say of all lines: they come with a thing that appears in a
 * snapshot and go with it. What a meter shows is that of the last {@link #refresh}. Not thread-safe.
 */
final class MeterSet<S> {

  /** A thing: its meters read its latest snapshot. */
  private static final class Subject<S> {
    final Tags tags;
    final List<Meter> meters = new ArrayList<>();
    final Set<String> labelled = new HashSet<>();
    S stats;

    Subject(Tags tags, S stats) {
      this.tags = tags;
      this.stats = stats;
    }
  }

  private record Single<S>(
      String name, String description, boolean counter, ToDoubleFunction<S> value) {}

  private record Labelled<S>(
      String name,
      String description,
      String label,
      Function<S, ? extends Map<?, ? extends Number>> values) {}

  private final MeterRegistry registry;
  private final Function<S, Tags> tags;
  private final List<Single<S>> singles = new ArrayList<>();
  private final List<Labelled<S>> labelled = new ArrayList<>();
  private final Map<Tags, Subject<S>> subjects = new HashMap<>();

  /**
   * Makes a set without meters.
   *
   * @param tags what tells one thing of the kind from another
   */
  MeterSet(MeterRegistry registry, Function<S, Tags> tags) {
    this.registry = registry;
    this.tags = tags;
  }

  MeterSet<S> counter(String name, String description, ToDoubleFunction<S> value) {
    singles.add(new Single<>(name, description, true, value));
    return this;
  }

  MeterSet<S> gauge(String name, String description, ToDoubleFunction<S> value) {
    singles.add(new Single<>(name, description, false, value));
    return this;
  }

  /** Counters that differ in one label, for example by reason; its values are a small set. */
  MeterSet<S> counters(
      String name,
      String description,
      String label,
      Function<S, ? extends Map<?, ? extends Number>> values) {
    labelled.add(new Labelled<>(name, description, label, values));
    return this;
  }

  void refresh(List<S> snapshot) {
    var present = new HashSet<Tags>();
    for (S stats : snapshot) {
      Tags key = tags.apply(stats);
      present.add(key);
      Subject<S> subject = subjects.get(key);
      if (subject == null) {
        subject = new Subject<>(key, stats);
        subjects.put(key, subject);
        for (Single<S> single : singles) {
          register(subject, single);
        }
      }
      subject.stats = stats;
      for (Labelled<S> family : labelled) {
        registerNew(subject, family);
      }
    }
    subjects
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !present.contains(entry.getKey());
              if (gone) {
                entry.getValue().meters.forEach(registry::remove);
              }
              return gone;
            });
  }

  private void register(Subject<S> subject, Single<S> single) {
    ToDoubleFunction<Subject<S>> value = of -> single.value().applyAsDouble(of.stats);
    subject.meters.add(
        single.counter()
            ? FunctionCounter.builder(single.name(), subject, value)
                .description(single.description())
                .tags(subject.tags)
                .register(registry)
            : Gauge.builder(single.name(), subject, value)
                .description(single.description())
                .tags(subject.tags)
                .register(registry));
  }

  private void registerNew(Subject<S> subject, Labelled<S> family) {
    for (Object key : family.values().apply(subject.stats).keySet()) {
      String word = key.toString().toLowerCase(Locale.ROOT);
      if (subject.labelled.add(family.name() + ' ' + word)) {
        subject.meters.add(
            FunctionCounter.builder(
                    family.name(),
                    subject,
                    of -> {
                      Number value = family.values().apply(of.stats).get(key);
                      return value == null ? 0 : value.doubleValue();
                    })
                .description(family.description())
                .tags(subject.tags.and(family.label(), word))
                .register(registry));
      }
    }
  }
}

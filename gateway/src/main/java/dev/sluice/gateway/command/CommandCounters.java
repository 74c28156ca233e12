package dev.sluice.gateway.command;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what came of requests. Thread-safe. */
final class CommandCounters {

  private static final class OfSource {
    final Map<WriteOutcome.Result, Long> results = new EnumMap<>(WriteOutcome.Result.class);
    final Map<Refusal, Long> refusals = new EnumMap<>(Refusal.class);
  }

  private final Map<String, OfSource> sources = new TreeMap<>();

  synchronized void count(String source, WriteOutcome.Result result, @Nullable Refusal refusal) {
    OfSource of = sources.computeIfAbsent(source, id -> new OfSource());
    of.results.merge(result, 1L, Long::sum);
    if (refusal != null) {
      of.refusals.merge(refusal, 1L, Long::sum);
    }
  }

  synchronized List<CommandStats.Source> snapshot() {
    var all = new ArrayList<CommandStats.Source>();
    sources.forEach(
        (id, of) -> {
          var results = new TreeMap<String, Long>();
          var refusals = new TreeMap<String, Long>();
          of.results.forEach((result, n) -> results.put(word(result), n));
          of.refusals.forEach((refusal, n) -> refusals.put(refusal.word(), n));
          all.add(new CommandStats.Source(id, results, refusals));
        });
    return all;
  }

  static String word(WriteOutcome.Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }
}

package dev.sluice.gateway.observe;

import dev.sluice.gateway.batch.IngestStats;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Adds up what the ingest verticles did: which of them did it is of no interest to anybody. */
final class IngestTotals {

  private IngestTotals() {}

  static IngestStats of(List<IngestStats> all) {
    return new IngestStats(
        sum(all, IngestStats::blocksIn),
        sum(all, IngestStats::readingsIn),
        sum(all, IngestStats::readingsOut),
        sum(all, IngestStats::unmoved),
        sum(all, IngestStats::tooSoon),
        sum(all, IngestStats::repeated),
        merge(all, IngestStats::doubtful),
        merge(all, IngestStats::refusedBlocks),
        merge(all, IngestStats::refusedReadings),
        merge(all, IngestStats::lostReadings),
        sum(all, IngestStats::records),
        sum(all, IngestStats::stateRecords),
        sum(all, IngestStats::lostStates),
        sum(all, IngestStats::rawBytes),
        sum(all, IngestStats::compressedBytes),
        sum(all, IngestStats::pendingBytes),
        sum(all, IngestStats::waitingBlocks));
  }

  private static long sum(List<IngestStats> all, ToLongFunction<IngestStats> value) {
    return all.stream().mapToLong(value).sum();
  }

  private static <K> Map<K, Long> merge(
      List<IngestStats> all, Function<IngestStats, Map<K, Long>> values) {
    var merged = new TreeMap<K, Long>();
    all.forEach(
        stats -> values.apply(stats).forEach((key, count) -> merged.merge(key, count, Long::sum)));
    return merged;
  }
}

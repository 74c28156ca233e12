package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollTiming;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a line has done since it was deployed. Written on its context, read from anywhere. */
final class LineCounters {

  final AtomicLong connects = new AtomicLong();
  final AtomicLong connectFailures = new AtomicLong();
  final AtomicLong answered = new AtomicLong();
  final AtomicLong retried = new AtomicLong();
  final AtomicLong probes = new AtomicLong();
  final AtomicLong skippedLate = new AtomicLong();
  final AtomicLong skippedNoPermit = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();
  private final AtomicLong bytesIn = new AtomicLong();
  private final AtomicLong rttNanos = new AtomicLong();
  private final AtomicLong busNanos = new AtomicLong();
  private final AtomicLong readings = new AtomicLong();
  private final Map<PollFailure, AtomicLong> failures = new EnumMap<>(PollFailure.class);
  private final Map<String, AtomicLong> refusedReadings = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> events = new ConcurrentHashMap<>();

  LineCounters() {
    for (PollFailure failure : PollFailure.values()) {
      failures.put(failure, new AtomicLong());
    }
  }

  void answered(PollTiming timing, long busNanos) {
    answered.lazySet(answered.get() + 1);
    bytesOut.lazySet(bytesOut.get() + timing.bytesOut());
    bytesIn.lazySet(bytesIn.get() + timing.bytesIn());
    rttNanos.lazySet(rttNanos.get() + timing.lastByteNanos() - timing.requestEndNanos());
    this.busNanos.lazySet(this.busNanos.get() + busNanos);
  }

  void failed(PollFailure failure) {
    AtomicLong count = failures.get(failure);
    if (count == null) {
      throw new IllegalStateException("BUG: no counter for " + failure);
    }
    count.incrementAndGet();
  }

  /**
   * A block was answered by the batcher.
   *
   * @param refusal why it was not admitted; empty if it was
   */
  void admitted(int size, String refusal) {
    if (refusal.isEmpty()) {
      readings.lazySet(readings.get() + size);
    } else {
      refusedReadings.computeIfAbsent(refusal, reason -> new AtomicLong()).addAndGet(size);
    }
  }

  /** An event that the driver counts; its names are a small fixed set. */
  void event(String name, long count) {
    events.computeIfAbsent(name, event -> new AtomicLong()).addAndGet(count);
  }

  LineStats.Polls polls() {
    var failed = new EnumMap<PollFailure, Long>(PollFailure.class);
    failures.forEach((failure, count) -> failed.put(failure, count.get()));
    return new LineStats.Polls(
        answered.get(),
        failed,
        retried.get(),
        probes.get(),
        skippedLate.get(),
        skippedNoPermit.get(),
        bytesOut.get(),
        bytesIn.get(),
        rttNanos.get(),
        busNanos.get());
  }

  LineStats.Handed handed() {
    return new LineStats.Handed(readings.get(), snapshot(refusedReadings));
  }

  Map<String, Long> events() {
    return snapshot(events);
  }

  private static Map<String, Long> snapshot(Map<String, AtomicLong> counters) {
    var snapshot = new TreeMap<String, Long>();
    counters.forEach((name, count) -> snapshot.put(name, count.get()));
    return snapshot;
  }
}

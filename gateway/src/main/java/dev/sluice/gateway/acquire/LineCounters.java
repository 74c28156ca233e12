package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollTiming;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a line has done since it was deployed. Written on its context, read from anywhere. */
final class LineCounters {

  /** A poll is late when it begins after more than this part of its period ... */
  private static final int LATE_SHARE = 10;

  /** ... and after more than this. */
  private static final long LATE_AT_LEAST_NANOS = 20_000_000L;

  final AtomicLong connects = new AtomicLong();
  final AtomicLong connectFailures = new AtomicLong();
  final AtomicLong answered = new AtomicLong();
  final AtomicLong retried = new AtomicLong();
  final AtomicLong probes = new AtomicLong();
  final AtomicLong skippedLate = new AtomicLong();
  final AtomicLong skippedNoPermit = new AtomicLong();
  final AtomicLong writesDone = new AtomicLong();
  final AtomicLong writesFailed = new AtomicLong();
  final AtomicLong writesRefused = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final Map<BusTime, AtomicLong> busTime = new EnumMap<>(BusTime.class);
  private final AtomicLong connectedNanos = new AtomicLong();

  /** When the line came up, by the monotonic clock; none while it is down. */
  private volatile @Nullable Long connectedSince;

  private volatile long changedNanos;

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
    for (BusTime cause : BusTime.values()) {
      busTime.put(cause, new AtomicLong());
    }
  }

  /** The line was deployed, and is down. */
  void began(long now) {
    changedNanos = now;
  }

  /** When the line came up or went down last. */
  long changedNanos() {
    return changedNanos;
  }

  void connected(long now) {
    connectedSince = now;
    changedNanos = now;
  }

  void disconnected(long now) {
    Long since = connectedSince;
    if (since != null) {
      connectedNanos.addAndGet(now - since);
      connectedSince = null;
      changedNanos = now;
    }
  }

  /** An attempt took so much of the line. */
  void spent(BusTime cause, long nanos) {
    AtomicLong sum = busTime.get(cause);
    if (sum == null) {
      throw new IllegalStateException("BUG: no sum for " + cause);
    }
    sum.lazySet(sum.get() + nanos);
  }

  /** A poll begins so long after its cycle did. */
  void started(long afterNanos, long periodNanos) {
    if (afterNanos > Math.max(LATE_AT_LEAST_NANOS, periodNanos / LATE_SHARE)) {
      late.lazySet(late.get() + 1);
    }
  }

  LineStats.BusUse busTime(long now) {
    var spent = new EnumMap<BusTime, Long>(BusTime.class);
    long all = 0;
    for (Map.Entry<BusTime, AtomicLong> sum : busTime.entrySet()) {
      spent.put(sum.getKey(), sum.getValue().get());
      all += sum.getValue().get();
    }
    Long since = connectedSince;
    long connected = connectedNanos.get() + (since == null ? 0 : now - since);
    return new LineStats.BusUse(spent, Math.max(0, connected - all));
  }

  LineStats.Written writes() {
    return new LineStats.Written(writesDone.get(), writesFailed.get(), writesRefused.get());
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
        late.get(),
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

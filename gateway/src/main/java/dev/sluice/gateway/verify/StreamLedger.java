package dev.sluice.gateway.verify;

import dev.sluice.gateway.verify.SeqRanges.Range;
import dev.sluice.gateway.verify.WireMessage.Gap;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What came of one stream. A seq is lost when {@code low} has passed it and it neither came in all
 * its parts nor is named in a gap. Not thread-safe.
 *
 * <p>Who joins late cannot know what passed before: what lies below the first seq of a lane may
 * have been on its way then, and is not judged.
 */
final class StreamLedger {

  /** Seqs of which some parts came; far more than any gateway has in flight. */
  private static final int MAX_PARTIAL = 4096;

  /** So long after the first message another lane may begin with what was on its way. */
  private static final long JOINING_NANOS = 10_000_000_000L;

  private record Parts(int total, BitSet seen) {}

  private final SeqRanges accounted = new SeqRanges();
  private final SeqRanges received = new SeqRanges();
  private final Map<Long, Parts> partial = new LinkedHashMap<>();
  private final boolean[] laneSeen = new boolean[2];
  private final long[] laneHighest = new long[2];
  private final Latency latency = new Latency();

  /** Lost before the connection was away. */
  private final SeqRanges proven = new SeqRanges();

  private long joinedNanos;
  private long provenSize;
  private long base;
  private long low;
  private long highest;
  private long messages;
  private long duplicates;
  private long outOfOrder;
  private long records;
  private long readings;
  private long history;
  private long gaps;
  private long gapReadings;

  /**
   * Begins a stream.
   *
   * @param fromStart whether all is expected from seq 1
   */
  StreamLedger(boolean fromStart, long nanos) {
    this.base = fromStart ? 1 : Long.MAX_VALUE;
    this.joinedNanos = nanos;
    if (fromStart) {
      laneSeen[0] = true;
      laneSeen[1] = true;
    }
  }

  void accept(WireMessage message, long wallMillis, long nanos) {
    messages++;
    low = Math.max(low, message.low());
    Gap gap = message.gap();
    long seq = message.seq();
    if (seq > 0) {
      join(message, nanos);
    }
    boolean fresh = seq == 0 || part(message);
    if (!fresh) {
      duplicates++;
      return;
    }
    if (gap != null) {
      gaps++;
      gapReadings += gap.count();
      if (gap.last() > 0) {
        accounted.add(Math.max(1, gap.first()), gap.last());
      }
    }
    readings += message.readings();
    if (message.history()) {
      history += message.readings();
    } else if (message.clockTrusted()) {
      for (long time : message.times()) {
        latency.add(wallMillis - time);
      }
    }
  }

  private void join(WireMessage message, long nanos) {
    int lane = message.history() ? 1 : 0;
    long seq = message.seq();
    if (!laneSeen[lane]) {
      laneSeen[lane] = true;
      boolean first = base == Long.MAX_VALUE;
      boolean jumps = seq > highest + 1 && nanos - joinedNanos < JOINING_NANOS;
      if (first || jumps) {
        base = seq;
      }
    }
    highest = Math.max(highest, seq);
  }

  /** Whether it is new. */
  private boolean part(WireMessage message) {
    long seq = message.seq();
    if (received.contains(seq)) {
      return false;
    }
    if (message.parts() > 1) {
      Parts parts = partial.get(seq);
      if (parts == null || parts.total != message.parts()) {
        // Sent again under other limits, a record can come in other parts.
        parts = new Parts(message.parts(), new BitSet());
        partial.put(seq, parts);
      }
      if (parts.seen.get(message.part())) {
        return false;
      }
      parts.seen.set(message.part());
      if (parts.seen.cardinality() < parts.total) {
        ordered(message);
        if (partial.size() > MAX_PARTIAL) {
          partial.remove(partial.keySet().iterator().next());
        }
        return true;
      }
    }
    partial.remove(seq);
    received.add(seq, seq);
    accounted.add(seq, seq);
    records++;
    ordered(message);
    return true;
  }

  private void ordered(WireMessage message) {
    int lane = message.history() ? 1 : 0;
    if (message.seq() < laneHighest[lane]) {
      outOfOrder++;
    }
    laneHighest[lane] = Math.max(laneHighest[lane], message.seq());
  }

  /** The connection was away and the broker kept nothing: what came meanwhile cannot be judged. */
  void rejoin(long nanos) {
    for (Range hole : lost()) {
      proven.add(hole.first(), hole.last());
      provenSize += hole.size();
    }
    joinedNanos = nanos;
    accounted.add(1, Math.max(1, Math.max(low, highest)));
    base = Long.MAX_VALUE;
    laneSeen[0] = false;
    laneSeen[1] = false;
  }

  private long judgedFrom() {
    return base == Long.MAX_VALUE ? Math.max(low, highest + 1) : base;
  }

  private List<Range> lost() {
    return accounted.holes(judgedFrom(), low - 1);
  }

  VerifyReport.Stream report(String gateway, String stream) {
    List<Range> now = lost();
    long lost = provenSize + accounted.closed() + now.stream().mapToLong(Range::size).sum();
    List<String> words =
        Stream.concat(proven.ranges().stream(), now.stream())
            .limit(VerifyReport.MOST_RANGES)
            .map(Range::toString)
            .toList();
    return new VerifyReport.Stream(
        gateway,
        stream,
        judgedFrom(),
        low,
        highest,
        messages,
        records,
        readings,
        history,
        lost,
        words,
        partial.keySet().stream().filter(seq -> seq < low).count(),
        gaps,
        gapReadings,
        duplicates,
        outOfOrder,
        new VerifyReport.Times(
            latency.count(),
            latency.quantile(0.5),
            latency.quantile(0.99),
            latency.max(),
            latency.early()));
  }
}

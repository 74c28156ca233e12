package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what an uplink does; written on its context, read from anywhere. */
final class UplinkCounters {

  final AtomicLong attempts = new AtomicLong();
  final AtomicLong connects = new AtomicLong();
  final AtomicLong published = new AtomicLong();
  final AtomicLong publishedBytes = new AtomicLong();
  final AtomicLong acked = new AtomicLong();
  final AtomicLong ackedRecords = new AtomicLong();
  final AtomicLong resent = new AtomicLong();
  final AtomicLong strayAcks = new AtomicLong();
  final AtomicLong refused = new AtomicLong();
  final AtomicLong losses = new AtomicLong();
  final AtomicLong readFailures = new AtomicLong();
  final AtomicLong throttledNanos = new AtomicLong();
  final AtomicLong liveRecords = new AtomicLong();
  final AtomicLong historyRecords = new AtomicLong();

  final InboundCounters inbound = new InboundCounters();
  private final Map<LinkFailure, AtomicLong> failures = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> gaps = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> gapReadings = new ConcurrentHashMap<>();

  volatile UplinkStats.State state = UplinkStats.State.STOPPED;
  volatile String reason = "";
  volatile String detail = "";
  volatile long lastConnectMillis;
  volatile int inFlightMessages;
  volatile int inFlightBytes;
  volatile Lane lane = Lane.LIVE;
  volatile int server;
  volatile int servers = 1;
  volatile String address = "";
  volatile LoopbackCheck.Outcome loopback = LoopbackCheck.Outcome.OFF;

  /** Messages per second that the broker is taken to put up with; 0 for no limit. */
  volatile double pace;

  /** Wall-clock time of the oldest record not acknowledged; 0 when not known. */
  volatile long oldestMillis;

  /** What is below is history; without a connection everything is. */
  volatile long historyEnd = Long.MAX_VALUE;

  /**
   * What is on its way.
   *
   * @param millis of the oldest record that is not delivered; 0 for as it was
   */
  void sending(int messages, int bytes, long millis) {
    inFlightMessages = messages;
    inFlightBytes = bytes;
    oldestMillis = millis == 0 ? oldestMillis : millis;
  }

  void failed(LinkFailure failure, String sentence) {
    failures.computeIfAbsent(failure, ignored -> new AtomicLong()).incrementAndGet();
    reason = failure.word();
    detail = sentence;
  }

  /** A record of which every message was acknowledged. */
  void acked(Pending pending) {
    ackedRecords.incrementAndGet();
    (pending.lane == Lane.LIVE ? liveRecords : historyRecords).incrementAndGet();
    GapRecord gap = pending.gap;
    if (gap != null) {
      gaps.computeIfAbsent(gap.reason(), ignored -> new AtomicLong()).incrementAndGet();
      gapReadings.computeIfAbsent(gap.reason(), ignored -> new AtomicLong()).addAndGet(gap.count());
    }
  }

  UplinkStats snapshot(
      String id,
      long backlog,
      UplinkFlow flow,
      Map<String, Long> complaints,
      CredentialStats credentials,
      long nowMillis) {
    var byReason = new TreeMap<String, Long>();
    failures.forEach((failure, count) -> byReason.put(failure.word(), count.get()));
    return new UplinkStats(
        id,
        state,
        reason,
        detail,
        attempts.get(),
        connects.get(),
        byReason,
        lastConnectMillis,
        published.get(),
        publishedBytes.get(),
        acked.get(),
        ackedRecords.get(),
        resent.get(),
        strayAcks.get(),
        inFlightMessages,
        inFlightBytes,
        refused.get(),
        losses.get(),
        readFailures.get(),
        lane,
        backlog,
        lag(backlog, nowMillis),
        flow,
        complaints,
        credentials,
        new UplinkServer(server, servers, address, loopback.word));
  }

  /** The lanes, now. */
  UplinkFlow flow(OutboxCursor cursor) {
    long next = cursor.next();
    long all = cursor.backlog(next);
    long history = Math.min(all, cursor.backlog(Math.min(next, historyEnd)));
    return new UplinkFlow(
        cursor.low(),
        all - history,
        history,
        liveRecords.get(),
        historyRecords.get(),
        values(gaps),
        values(gapReadings),
        throttledNanos.get(),
        pace,
        inbound.values());
  }

  private static Map<String, Long> values(Map<String, AtomicLong> counts) {
    var values = new TreeMap<String, Long>();
    counts.forEach((word, count) -> values.put(word, count.get()));
    return values;
  }

  private long lag(long backlog, long nowMillis) {
    if (backlog == 0) {
      return 0;
    }
    long oldest = oldestMillis;
    return oldest == 0 ? -1 : Math.max(0, nowMillis - oldest);
  }
}

package dev.sluice.gateway.outbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an outbox promised to its uplinks, noted where its disk's faults cannot reach. Payloads are
 * those of {@link KillChild#payload}, told apart by their number. Thread-safe.
 */
final class Promises {

  /** Durable and not yet settled with an uplink: the number by seq. */
  private final Map<String, TreeMap<Long, Long>> open = new HashMap<>();

  /** The numbers that seqs were given to, ever. */
  private final Map<Long, Long> given = new HashMap<>();

  private static final int MOST_VIOLATIONS = 10;
  private static final int MOST_GAPS = 20;
  private static final int MOST_DOUBTFUL = 5_000;

  /** What must never be; the first few of it. */
  private final List<String> violations = new ArrayList<>();

  /** For whoever has to find out why records are lost. */
  private final Deque<String> gaps = new ArrayDeque<>();

  private String stream = "";
  private boolean powerFails;

  /** What uplinks settled while the power failed: the disk may know of it or not. */
  private final Deque<GapRecord> doubtful = new ArrayDeque<>();

  private long streams;
  private long durable;

  /** Forced out by a bound and named, counted per uplink. */
  private long named;

  /** Gone and named, but not because of a bound, counted per uplink. */
  private long damaged;

  /** Gone without a word, counted per uplink. */
  private long lost;

  Promises(String... uplinks) {
    for (String uplink : uplinks) {
      open.put(uplink, new TreeMap<>());
    }
  }

  /** An outbox was opened. Where a new stream begins, all that was open is lost. */
  synchronized void opened(String id) {
    powerFails = false;
    if (!stream.equals(id)) {
      stream = id;
      streams++;
      given.clear();
      open.values().forEach(seqs -> lost += seqs.size());
      open.values().forEach(TreeMap::clear);
    }
  }

  /**
   * The power is about to fail. What is said from here on promises nothing: a file system that is
   * shut down under a force may answer that it worked, and a machine without power says nothing.
   */
  synchronized void powerFails() {
    powerFails = true;
  }

  /** The outbox said that number {@code n} is durable as {@code seq}. */
  synchronized void durable(long seq, long n) {
    if (powerFails) {
      return;
    }
    Long before = given.putIfAbsent(seq, n);
    if (before == null) {
      durable++;
      open.forEach(
          (uplink, seqs) -> {
            if (doubtful.stream().noneMatch(g -> g.concerns(uplink) && within(g, seq))) {
              seqs.put(seq, n);
            }
          });
    } else if (before != n) {
      violation("seq " + seq + " was number " + before + " and is now " + n);
    }
  }

  /** A record was handed out: from then on it is as good as promised. */
  synchronized void handedOut(OutboxRecord record) {
    if (record.kind() == RecordKind.DATA) {
      long n = KillChild.number(record.payload());
      if (!Arrays.equals(record.payload(), KillChild.payload(n))) {
        violation("seq " + record.seq() + " has wrong bytes, perhaps of number " + n);
      } else {
        durable(record.seq(), n);
      }
    }
  }

  private void violation(String what) {
    if (violations.size() < MOST_VIOLATIONS) {
      violations.add(what);
    }
  }

  private static boolean within(GapRecord gap, long seq) {
    return gap.first() <= seq && seq <= gap.last();
  }

  private void doubt(GapRecord settled) {
    doubtful.addLast(settled);
    if (doubtful.size() > MOST_DOUBTFUL) {
      doubtful.removeFirst(); // of what has left the log long ago
    }
  }

  synchronized void acknowledged(String uplink, long seq) {
    if (powerFails) {
      doubt(new GapRecord(seq, seq, 0, "acknowledged", uplink));
    }
    open.get(uplink).remove(seq);
  }

  /** A gap arrived: what it names is settled. */
  synchronized void gap(String uplink, GapRecord gap) {
    gaps.addLast(uplink + " " + gap);
    if (gaps.size() > MOST_GAPS) {
      gaps.removeFirst();
    }
    if (gap.concerns(uplink)) {
      if (powerFails) {
        doubt(new GapRecord(gap.first(), gap.last(), 0, gap.reason(), uplink));
      }
      TreeMap<Long, Long> within = new TreeMap<>(range(uplink, gap));
      if (gap.reason().equals("corrupt")) {
        damaged += within.size();
      } else {
        named += within.size();
      }
      open.get(uplink).keySet().removeAll(within.keySet());
    }
  }

  private Map<Long, Long> range(String uplink, GapRecord gap) {
    return open.get(uplink).subMap(gap.first(), true, gap.last(), true);
  }

  /** The uplink read all there is: whatever is open must have been in it. What is not is lost. */
  synchronized void complete(String uplink, TreeSet<Long> seen) {
    TreeSet<Long> missing = new TreeSet<>(open.get(uplink).keySet());
    missing.removeAll(seen);
    lost += missing.size();
    if (!missing.isEmpty()) {
      System.out.println(
          "lost of %s: %s; there are %s to %s; last gaps %s"
              .formatted(
                  uplink,
                  missing,
                  seen.isEmpty() ? 0 : seen.first(),
                  seen.isEmpty() ? 0 : seen.last(),
                  gaps));
    }
    open.get(uplink).keySet().removeAll(missing);
  }

  synchronized long damaged() {
    return damaged;
  }

  /** How it went. */
  @Override
  public synchronized String toString() {
    return "durable=%d named=%d damaged=%d lost=%d streams=%d violations=%s"
        .formatted(durable, named, damaged, lost, streams, violations);
  }
}

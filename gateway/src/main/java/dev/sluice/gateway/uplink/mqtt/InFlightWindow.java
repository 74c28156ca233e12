package dev.sluice.gateway.uplink.mqtt;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was published and not yet acknowledged, by packet id, oldest first. */
final class InFlightWindow {

  private static final int LAST_ID = 65_535;

  /** One published message. */
  record Entry(long token, int bytes) {}

  private final int maxMessages;
  private final int maxBytes;
  private final Map<Integer, Entry> entries = new LinkedHashMap<>();
  private int bytes;
  private int lastId;
  private long oldestSince;

  /** The oldest when a ping was written; 0 for none. */
  private int oldestAtPing;

  private boolean passedOver;

  InFlightWindow(int maxMessages, int maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /**
   * Whether there is room; an empty window takes any message, else a large one would never go.
   *
   * @param beside what is in flight elsewhere and counts, too
   */
  boolean admits(int more, Barrier beside) {
    int messages = entries.size() + beside.messages();
    long all = (long) bytes + beside.bytes();
    return messages == 0 || (messages < maxMessages && all + more <= maxBytes);
  }

  /** Takes a message, also beyond the bounds: the caller asked {@link #admits} where it matters. */
  int add(long token, int size, long nowNanos) {
    if (entries.size() == LAST_ID) {
      throw new IllegalStateException("BUG: every packet id is in flight");
    }
    do {
      lastId = lastId == LAST_ID ? 1 : lastId + 1;
    } while (entries.containsKey(lastId));
    if (entries.isEmpty()) {
      oldestSince = nowNanos;
    }
    entries.put(lastId, new Entry(token, size));
    bytes += size;
    return lastId;
  }

  /** What was acknowledged; null if the id is not in flight. */
  @Nullable Entry remove(int id, long nowNanos) {
    boolean oldest = !entries.isEmpty() && entries.keySet().iterator().next() == id;
    Entry entry = entries.remove(id);
    if (entry != null) {
      bytes -= entry.bytes();
    }
    if (oldest) {
      oldestSince = nowNanos;
      passedOver = false;
      oldestAtPing = 0;
    } else if (entry != null) {
      passedOver = true;
    }
    return entry;
  }

  /** Forgets what will not be acknowledged. */
  void withdraw(long token, long nowNanos) {
    for (Map.Entry<Integer, Entry> each : entries.entrySet()) {
      if (each.getValue().token() == token) {
        remove(each.getKey(), nowNanos);
        return;
      }
    }
  }

  /** A ping is written now, behind what is in flight. */
  void pinged() {
    oldestAtPing = entries.isEmpty() ? 0 : entries.keySet().iterator().next();
  }

  /** The answer to it came. */
  void answered() {
    passedOver |= oldestAtPing != 0;
    oldestAtPing = 0;
  }

  /** Whether the broker answered something that was written after the oldest. */
  boolean isPassedOver() {
    return passedOver;
  }

  /** Whether the oldest has been that for so long that a ping shall tell if the broker lives. */
  boolean asks(long nowNanos, long afterNanos) {
    return !passedOver && oldestAge(nowNanos) >= afterNanos;
  }

  /** There must be one. */
  long oldestToken() {
    return entries.values().iterator().next().token();
  }

  /**
   * For how long the oldest message has been the oldest, ns; 0 when nothing is in flight. Brokers
   * acknowledge in order (MQTT 3.1.1, 4.6), so on a slow link each waits its turn: what counts is
   * the time since its predecessor was acknowledged, not since it was written.
   */
  long oldestAge(long nowNanos) {
    return entries.isEmpty() ? 0 : nowNanos - oldestSince;
  }

  int messages() {
    return entries.size();
  }

  int bytes() {
    return bytes;
  }

  void clear() {
    entries.clear();
    bytes = 0;
    passedOver = false;
    oldestAtPing = 0;
  }
}

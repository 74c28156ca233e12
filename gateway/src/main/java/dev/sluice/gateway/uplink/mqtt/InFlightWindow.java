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
    }
    return entry;
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
  }
}

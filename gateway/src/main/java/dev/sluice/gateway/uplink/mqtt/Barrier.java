package dev.sluice.gateway.uplink.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;

/**
 * Messages at QoS 0 of which nobody knows yet whether they arrived. A ping is written behind them;
 * its answer confirms all before it, as the broker reads a connection in order (MQTT 3.1.1, 4.6 and
 * 3.12). Of pings only one is under way, so that there is no doubt which one an answer is for.
 */
final class Barrier {

  private record Entry(long token, int bytes) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private int bytes;
  private int covered;
  private long oldestSince;

  void add(long token, int size, long nowNanos) {
    if (entries.isEmpty()) {
      oldestSince = nowNanos;
    }
    entries.add(new Entry(token, size));
    bytes += size;
  }

  /** A ping is written now: its answer confirms what there is. */
  void pinged() {
    covered = entries.size();
  }

  /** The answer came. */
  void answered(long nowNanos, LongConsumer confirmed) {
    int count = covered;
    covered = 0;
    oldestSince = nowNanos;
    for (int i = 0; i < count && !entries.isEmpty(); i++) {
      Entry entry = entries.remove();
      bytes -= entry.bytes();
      confirmed.accept(entry.token());
    }
  }

  /** Whether something waits for a ping to be written. */
  boolean wantsPing() {
    return entries.size() > covered;
  }

  /** For how long the oldest waits, ns; 0 when none does. */
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
    covered = 0;
  }
}

package dev.sluice.e2e.cloud.eventgrid;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** What one session publishes: in a second, and without its acknowledgement yet. */
final class Traffic {

  private static final int MESSAGES = 1_000;
  private static final int BYTES = 1_000_000;
  private static final int BYTES_IN_FLIGHT = 64_000;

  private record Message(long nanos, int bytes) {}

  private final ArrayDeque<Message> lastSecond = new ArrayDeque<>();
  private final long ackNanos;
  private long bytes;

  Traffic(long ackMillis) {
    ackNanos = TimeUnit.MILLISECONDS.toNanos(ackMillis);
  }

  /** What it breaks; empty if nothing. One large message may be alone in flight. */
  String add(long nanos, int size) {
    while (!lastSecond.isEmpty() && nanos - lastSecond.peek().nanos > TimeUnit.SECONDS.toNanos(1)) {
      bytes -= lastSecond.poll().bytes;
    }
    long inFlight =
        lastSecond.stream()
            .filter(message -> nanos - message.nanos < ackNanos)
            .mapToLong(Message::bytes)
            .sum();
    lastSecond.add(new Message(nanos, size));
    bytes += size;
    if (lastSecond.size() > MESSAGES || bytes > BYTES) {
      return "throttled: " + lastSecond.size() + " messages of " + bytes + " bytes in a second";
    }
    return inFlight > 0 && inFlight + size > BYTES_IN_FLIGHT
        ? inFlight + size + " bytes in flight"
        : "";
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.OutboxCursor;

/** While nothing is sent: how old is what waits? Looks once for each record that is the oldest. */
final class AgePeek {

  private final OutboxCursor cursor;
  private final UplinkCounters counters;
  private final Runnable onRead;
  private long peeked;
  private boolean reading;

  AgePeek(OutboxCursor cursor, UplinkCounters counters, Runnable onRead) {
    this.cursor = cursor;
    this.counters = counters;
    this.onRead = onRead;
  }

  void look() {
    long low = cursor.low();
    if (reading || low == peeked || low >= cursor.next()) {
      return;
    }
    reading = true;
    peeked = low;
    cursor
        .read(low, 1)
        .onComplete(
            found -> {
              reading = false;
              if (!found.isEmpty()) {
                counters.oldestMillis = OldestTime.of(found.get(0));
              }
              onRead.run();
            },
            error -> {
              // Only a figure: not known until the oldest is another one.
              reading = false;
              counters.oldestMillis = 0;
              counters.readFailures.incrementAndGet();
            });
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Lane;
import org.jspecify.annotations.Nullable;

/** A record of which messages are in flight or about to be. */
final class Pending {

  final Lane lane;
  final long timeMillis;

  /** What it announces, when it does. */
  final @Nullable GapRecord gap;

  /** Messages not acknowledged. */
  int left;

  /** Whether any of them was handed to the session. */
  boolean begun;

  /** Of a record that becomes so many messages. */
  static Pending of(OutboxRecord record, Lane lane, long timeMillis, int messages) {
    return new Pending(lane, timeMillis, gap(record), messages);
  }

  private static @Nullable GapRecord gap(OutboxRecord record) {
    try {
      return record.kind() == RecordKind.GAP ? GapRecord.decode(record.payload()) : null;
    } catch (OutboxException e) {
      return null; // the connector made something of it nevertheless
    }
  }

  Pending(Lane lane, long timeMillis, @Nullable GapRecord gap, int messages) {
    this.lane = lane;
    this.timeMillis = timeMillis;
    this.gap = gap;
    this.left = messages;
  }
}

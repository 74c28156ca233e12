package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record of which messages are in flight or about to be. */
final class Pending {

  final Lane lane;
  final long timeMillis;

  /** What it announces, when it does. */
  final @Nullable GapRecord gap;

  /** Where its messages go, in the order in which they are sent. */
  final List<String> topics;

  /** Messages not acknowledged. */
  int left;

  /** Whether any of them was handed to the session. */
  boolean begun;

  /**
   * Of a record.
   *
   * @param more than its messages must be done before it is
   * @param form says where its topics lead
   */
  static Pending of(
      OutboxRecord record, Lane lane, Conversation.Rendered rendered, int more, Conversation form) {
    List<String> topics =
        rendered.messages().stream().map(Publication::topic).map(form::place).toList();
    return new Pending(
        lane, rendered.timeMillis(), gap(record), topics, rendered.messages().size() + more);
  }

  private static @Nullable GapRecord gap(OutboxRecord record) {
    try {
      return record.kind() == RecordKind.GAP ? GapRecord.decode(record.payload()) : null;
    } catch (OutboxException e) {
      return null; // the connector made something of it nevertheless
    }
  }

  Pending(Lane lane, long timeMillis, @Nullable GapRecord gap, List<String> topics, int messages) {
    this.lane = lane;
    this.timeMillis = timeMillis;
    this.gap = gap;
    this.topics = topics;
    this.left = messages;
  }

  /** Topic of the first message that is not acknowledged; brokers acknowledge in order. */
  String topic() {
    int at = Math.max(0, topics.size() - left);
    return at < topics.size() ? topics.get(at) : "";
  }
}

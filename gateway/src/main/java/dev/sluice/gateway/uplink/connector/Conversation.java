package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said during one connection, in this order: the will with CONNECT, the greeting, then one
 * record after the other, the farewell before DISCONNECT. After a loss nothing more is asked of it.
 */
public interface Conversation {

  /** What the broker says for us when it loses us; null for nothing. */
  @Nullable Publication will();

  /**
   * Sent when connected; no record follows before the broker acknowledged all of it.
   *
   * @param nowMillis wall clock, milliseconds since 1970
   */
  List<Publication> greeting(long nowMillis);

  /**
   * The messages that a record becomes. All of them must be acknowledged before the record is.
   *
   * @param low the lowest seq not acknowledged on this uplink
   * @throws RenderException if the record cannot be sent, now or ever
   */
  Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException;

  /**
   * Sent before an orderly end.
   *
   * @param nowMillis wall clock, milliseconds since 1970
   */
  List<Publication> farewell(long nowMillis);

  /**
   * A record as messages.
   *
   * @param messages in order, at least one
   * @param timeMillis of its oldest reading or event, milliseconds since 1970; 0 when it has none
   * @param losses values that no message of the platform can hold, told as {@code bad_value}
   */
  record Rendered(List<Publication> messages, long timeMillis, int losses) {

    public Rendered {
      messages = List.copyOf(messages);
      if (messages.isEmpty()) {
        throw new IllegalStateException("BUG: a record that becomes no message");
      }
    }
  }
}

package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said during one connection, in this order: the will with CONNECT, the subscriptions, what
 * {@link #open} says, then one record after the other, the farewell before DISCONNECT. After a loss
 * nothing more is asked of it but {@link #ended}.
 *
 * <p>What was appended to the outbox before the connection stood is history; records from then on
 * are live. So a state that is told in {@link #open} is followed by every change of it.
 */
public interface Conversation {

  /** Who the attempt says that it is; null for what the configuration says. Asked once, first. */
  default @Nullable Login login() {
    return null;
  }

  /** What the broker says for us when it loses us; null for nothing. */
  @Nullable Publication will();

  /**
   * Topic filters, subscribed to at QoS 1 before anything is said; all must be granted. When a
   * message that is too large for the client ended several connections in a row, one goes without
   * them: nothing is received then.
   */
  default List<String> subscriptions() {
    return List.of();
  }

  /**
   * The connection stands, and the subscriptions are granted. Says what must come before records,
   * and then {@link Channel#ready}, now or later.
   */
  void open(Channel channel);

  /**
   * The messages that a record becomes. All of them must arrive before the record counts as
   * delivered.
   *
   * @param low the lowest seq not acknowledged on this uplink
   * @throws RenderException if the record cannot be sent, now or ever
   */
  Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException;

  /**
   * The same for a dead letter, perhaps of a former stream, which is sent again as history.
   *
   * @throws RenderException if it still cannot be sent
   */
  Rendered renderLetter(String stream, OutboxRecord letter, long low) throws RenderException;

  /**
   * Called for each message of a record when it is written, in the order of writing: the moment for
   * what counts messages on the wire.
   */
  default Publication seal(Publication message) {
    return message;
  }

  /**
   * Where a topic leads: a message that is taken proves that others are taken which lead to the
   * same place. Less than the topic for platforms where it has more to say, of each message another
   * thing.
   */
  default String place(String topic) {
    return topic;
  }

  /**
   * What gives the right to publish to a place, in the words of the platform: told to a technician
   * when the broker closes over everything that goes there.
   */
  default String rightToPublish(String topic) {
    return "the access rules of the broker: may this client publish to " + topic + "?";
  }

  /**
   * So long after its acknowledgment a message counts as arrived, milliseconds: for platforms that
   * acknowledge first and complain later. Below 0 when nothing counts any more that did not yet.
   */
  default long settleMillis() {
    return 0;
  }

  /**
   * Something that was subscribed to came, no larger and no faster than the uplink lets in; also
   * before {@link #open}.
   *
   * @return what to count it as
   */
  default Verdict received(Incoming message) {
    return Verdict.UNKNOWN_TOPIC;
  }

  /**
   * Something that was subscribed to came, and the uplink does not let it in: it is not looked at,
   * but where the platform can be answered it is. No faster than the uplink lets in, either; what
   * comes beyond is told to nobody.
   *
   * @param why too large or too fast, and the limit
   */
  default void refused(Incoming message, Answer why) {}

  /** What a message from the broker was. */
  enum Verdict {
    /** Understood; what came of it is told elsewhere. */
    TAKEN,
    /** Its content is not what its topic promises. */
    MALFORMED,
    /** Nobody knows its topic. */
    UNKNOWN_TOPIC
  }

  /** All of history has arrived. May happen several times. */
  default void historyDone() {}

  /**
   * Sent before an orderly end.
   *
   * @param nowMillis wall clock, milliseconds since 1970
   */
  List<Publication> farewell(long nowMillis);

  /** The connection is over, or never came about; once, and the last that is asked of it. */
  default void ended() {}

  /** The same, when it was not ended by us, or never came about. */
  default void ended(LinkException why) {
    ended();
  }

  /**
   * A record as messages.
   *
   * @param messages in order; none when this kind of upstream has no word for it
   * @param timeMillis of its oldest reading or event, milliseconds since 1970; 0 when it has none
   * @param losses values that no message of the platform can hold, told as {@code bad_value}, or
   *     that it takes from nobody
   * @param untold whether of some of these nothing is told: a gap must name the record
   * @param aside the part of the record with all that is lost, to be kept instead of the whole;
   *     null when that cannot be parted
   */
  record Rendered(
      List<Publication> messages,
      long timeMillis,
      int losses,
      boolean untold,
      @Nullable OutboxRecord aside) {

    public Rendered {
      messages = List.copyOf(messages);
    }

    /** One of which the whole record is kept if anything is lost. */
    public Rendered(List<Publication> messages, long timeMillis, int losses) {
      this(messages, timeMillis, losses, false, null);
    }
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.dead.DeadLetter;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead letters that somebody asked for: one at a time, each with nothing else in flight, so that a
 * broker that closes over it blames nobody else. Keeps its stream and seq, so that consumers know
 * it again.
 */
final class Resend {

  /** No seq: seqs start at 1. */
  static final long TOKEN = -1;

  private static final Logger LOG = LoggerFactory.getLogger(Resend.class);

  /** How often it is looked for letters that were asked for. */
  private static final long LOOK_MILLIS = 5_000;

  private enum State {
    NONE,
    LOADING,
    WAITING,
    UNDER_WAY
  }

  private final Vertx vertx;
  private final String uplink;
  private final @Nullable DeadLetters letters;
  private final int limit;
  private final Runnable wake;

  private State state = State.NONE;
  private DeadLetters.@Nullable Asked asked;
  private final Deque<Publication> unsent = new ArrayDeque<>();
  private int left;
  private int ends;

  /** Whether the broker may have heard of it in this connection. */
  private boolean begun;

  private long timer = -1;

  /**
   * For one uplink.
   *
   * @param letters null for none
   * @param limit after so many sessions that ended over the same letter it is not tried again
   * @param wake called when a letter waits
   */
  Resend(Vertx vertx, String uplink, @Nullable DeadLetters letters, int limit, Runnable wake) {
    this.vertx = vertx;
    this.uplink = uplink;
    this.letters = letters;
    this.limit = limit;
    this.wake = wake;
  }

  void start() {
    if (letters != null) {
      timer = vertx.setPeriodic(LOOK_MILLIS, ignored -> look());
      look();
    }
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  /** Whether a letter is to be sent as soon as nothing is in flight. */
  boolean waits() {
    return state == State.WAITING;
  }

  /** Whether a letter is in flight, so that nothing else may be. */
  boolean isUnderWay() {
    return state == State.UNDER_WAY;
  }

  private void look() {
    if (letters == null || state != State.NONE) {
      return;
    }
    state = State.LOADING;
    letters
        .asked(uplink)
        .onSuccess(
            found -> {
              asked = found;
              ends = 0;
              state = found == null ? State.NONE : State.WAITING;
              if (found != null) {
                wake.run();
              }
            })
        .onFailure(
            cause -> {
              state = State.NONE;
              warn(cause, "dead letters not readable");
            });
  }

  /**
   * Makes messages of the letter that waits; when it cannot be told it is put back.
   *
   * @param low of the stream of now, which says nothing of other streams
   */
  void take(Conversation by, long low) {
    DeadLetter letter = letter();
    try {
      var record =
          new OutboxRecord(
              letter.seq(), RecordKind.ofCode(letter.kind()), letter.readings(), letter.payload());
      Conversation.Rendered rendered = by.renderLetter(letter.stream(), record, low);
      if (rendered.losses() > 0) {
        // Delivered like this, the only copy of what is missing in it would go.
        putBack(rendered.losses() + " of its values still fit no message, or nobody takes them");
        return;
      }
      List<Publication> messages = rendered.messages();
      if (messages.isEmpty()) {
        putBack("this connector has no word for it");
        return;
      }
      state = State.UNDER_WAY;
      begun = false;
      left = messages.size();
      unsent.clear();
      unsent.addAll(messages);
    } catch (RenderException | IllegalArgumentException e) {
      putBack(String.valueOf(e.getMessage()));
    }
  }

  /** Sends what the window and the rates admit. */
  void send(
      MqttSession to,
      Conversation form,
      Pace pace,
      UplinkCounters counters,
      BooleanSupplier connected) {
    while (isUnderWay() && connected.getAsBoolean() && pace.mayGo()) {
      Publication message = unsent.peek();
      if (message == null || !to.admits(message)) {
        return;
      }
      unsent.remove();
      begun = true;
      pace.goes(Lane.HISTORY, message.size());
      counters.published.incrementAndGet();
      counters.publishedBytes.addAndGet(message.payload().length());
      counters.resent.incrementAndGet();
      to.publish(form.seal(message), TOKEN);
    }
  }

  /** One of its messages arrived. */
  void acknowledged() {
    if (--left > 0) {
      return;
    }
    DeadLetter letter = letter();
    LOG.atInfo()
        .addKeyValue("uplink", uplink)
        .addKeyValue("seq", letter.seq())
        .log("dead letter delivered");
    done(true);
  }

  /**
   * The connection ended. The letter was alone in it, and goes first in the next one: without a
   * limit a broker that never acknowledges it would get nothing else. What was held, or ended for a
   * host that went, says nothing of it.
   */
  void lost(LinkFailure why) {
    if (state != State.UNDER_WAY) {
      return;
    }
    state = State.WAITING;
    if (begun && why != LinkFailure.HOST_OFFLINE && ++ends >= limit) {
      putBack("the connection ended over it " + ends + " times, the last time: " + why.word());
    }
  }

  private void putBack(String why) {
    LOG.atError()
        .addKeyValue("uplink", uplink)
        .addKeyValue("seq", letter().seq())
        .addKeyValue("reason", why)
        .log("dead letter refused again");
    done(false);
  }

  /** Looks for the next one when the disk knows; others have their turn meanwhile. */
  private void done(boolean delivered) {
    DeadLetters.Asked gone = asked;
    if (gone == null || letters == null) {
      throw new IllegalStateException("BUG: no letter to be done with");
    }
    asked = null;
    state = State.LOADING;
    (delivered ? letters.delivered(gone.number()) : letters.refused(gone.number()))
        .onComplete(
            noted -> {
              state = State.NONE;
              look();
            },
            cause -> {
              state = State.NONE; // the next look finds it again
              warn(cause, "dead letter not noted");
            });
  }

  private DeadLetter letter() {
    if (asked == null) {
      throw new IllegalStateException("BUG: no letter in state " + state);
    }
    return asked.letter();
  }

  private void warn(Throwable cause, String what) {
    LOG.atWarn().addKeyValue("uplink", uplink).addKeyValue("reason", cause.toString()).log(what);
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the broker passes on what it acknowledges: one that drops by its access rules
 * acknowledges all the same (MQTT 3.1.1, 3.3.5). The first message of a record waits until its
 * topic is subscribed to; nothing counts as acknowledged until it came back. Once known, it is
 * never asked again until the next start.
 *
 * <pre>
 *   IDLE - first message rendered -> ASKING - granted -> READY - written -> SENT - came back -> OVER
 *                                       \- refused -> OVER                    \- acknowledged, and
 *                                                                               does not come: end
 * </pre>
 */
final class LoopbackCheck {

  private static final Logger LOG = LoggerFactory.getLogger(LoopbackCheck.class);

  /** What is known. */
  enum Outcome {
    OFF,
    PENDING,
    DELIVERED,
    NOT_ALLOWED,
    DROPPED;

    final String word = name().toLowerCase(Locale.ROOT);
  }

  /** Connections that ended over the subscription before it is taken for forbidden. */
  private static final int ENDS = 3;

  /** Messages on other topics after which one of theirs is listened to instead. */
  private static final int OTHERS = 64;

  private enum Step {
    IDLE,
    ASKING,
    READY,
    SENT,
    OVER
  }

  /** What it asks of a connection. */
  record Line(
      Function<List<String>, Future<List<String>>> subscribe,
      Consumer<String> unsubscribe,
      Consumer<LinkException> end) {

    static Line of(MqttSession session) {
      return new Line(session::subscribe, session::unsubscribe, session::end);
    }
  }

  /** What it may do with the flow of records. */
  interface Flow {
    void hold();

    void go();
  }

  private final Vertx vertx;
  private final String uplink;
  private final long waitMillis;
  private final UplinkCounters counters;
  private final LongConsumer acknowledged;
  private final List<Long> withheld = new ArrayList<>();

  private Step step;
  private @Nullable Line session;
  private @Nullable Flow flow;
  private String topic = "";
  private @Nullable Buffer payload;
  private int written;
  private int ends;
  private boolean back;
  private long timer = -1;

  /**
   * For one uplink.
   *
   * @param acknowledged takes the tokens that were withheld
   */
  LoopbackCheck(
      Vertx vertx, UplinkOptions options, UplinkCounters counters, LongConsumer acknowledged) {
    this.vertx = vertx;
    this.uplink = options.id();
    this.waitMillis = options.link().ackTimeout().toMillis();
    this.counters = counters;
    this.acknowledged = acknowledged;
    boolean wanted = options.link().reach().loopback();
    this.step = wanted ? Step.IDLE : Step.OVER;
    counters.loopback = wanted ? Outcome.PENDING : Outcome.OFF;
  }

  boolean isOver() {
    return step == Step.OVER;
  }

  /** A connection stands. */
  void begin(Line with, Flow records) {
    session = with;
    flow = records;
  }

  /** Whether records have to wait for it. */
  boolean holds() {
    return step == Step.ASKING || step == Step.SENT;
  }

  /** This will be written, as soon as records may flow. */
  void rendered(Publication message) {
    Line with = session;
    if (step != Step.IDLE || with == null) {
      return;
    }
    ask(with, message);
  }

  private void ask(Line with, Publication message) {
    step = Step.ASKING;
    topic = message.topic();
    flow().hold();
    with.subscribe.apply(List.of(topic)).onSuccess(refused -> answered(with, refused.isEmpty()));
  }

  private void answered(Line with, boolean granted) {
    if (!with.equals(session) || step != Step.ASKING) {
      return;
    }
    if (granted) {
      step = Step.READY;
      flow().go();
    } else {
      over(Outcome.NOT_ALLOWED);
    }
  }

  /** This is written now. */
  void writing(Publication message) {
    if (step == Step.READY) {
      written++;
      if (message.topic().equals(topic)) {
        payload = message.payload();
        step = Step.SENT;
        flow().hold();
      } else if (written % OTHERS == 0 && session != null) {
        // Its own may be far behind: what is withheld meanwhile must not grow without an end.
        ask(session, message);
      }
    }
  }

  /** Whether the acknowledgement is kept back until it is worth something. */
  boolean withholds(long token) {
    if (step == Step.IDLE || step == Step.OVER) {
      return false;
    }
    withheld.add(token);
    look();
    return true;
  }

  /** Whether the message is the copy that was waited for, or anything else on its topic. */
  boolean takes(Incoming message) {
    if (step == Step.IDLE || step == Step.OVER || !message.topic().equals(topic)) {
      return false;
    }
    if (step == Step.SENT && message.payload().equals(payload)) {
      back = true;
      look();
    }
    return true;
  }

  private void look() {
    if (step != Step.SENT || withheld.size() < written) {
      return;
    }
    if (back) {
      over(Outcome.DELIVERED);
    } else if (timer == -1) {
      timer = vertx.setTimer(waitMillis, ignored -> missed());
    }
  }

  private void missed() {
    Line with = session;
    if (step == Step.SENT && with != null) {
      counters.loopback = Outcome.DROPPED;
      with.end.accept(new LinkException(LinkFailure.ACKED_AND_DROPPED, "topic " + topic, null));
    }
  }

  private void over(Outcome outcome) {
    step = Step.OVER;
    counters.loopback = outcome;
    vertx.cancelTimer(timer);
    boolean known = outcome == Outcome.DELIVERED;
    (known ? LOG.atInfo() : LOG.atWarn())
        .addKeyValue("uplink", uplink)
        .addKeyValue("topic", topic)
        .log(
            known
                ? "loop-back check: the broker passes on what it acknowledges"
                : "loop-back check not possible: the broker does not let this client subscribe");
    if (session != null && known) {
      session.unsubscribe.accept(topic);
    }
    var tokens = List.copyOf(withheld);
    withheld.clear();
    payload = null;
    tokens.forEach(acknowledged::accept);
    flow().go();
  }

  /**
   * The connection is over. Some brokers end it over a subscription that they do not allow: that is
   * an answer, too.
   */
  void lost(LinkFailure why) {
    vertx.cancelTimer(timer);
    timer = -1;
    boolean over = why == LinkFailure.CLOSED || why == LinkFailure.ACK_TIMEOUT;
    if (step == Step.ASKING && over && ++ends >= ENDS) {
      session = null;
      flow = null;
      step = Step.OVER;
      counters.loopback = Outcome.NOT_ALLOWED;
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("topic", topic)
          .log("loop-back check not possible: the broker closes the connection over it");
    } else if (step != Step.OVER) {
      step = Step.IDLE;
    }
    session = null;
    flow = null;
    withheld.clear();
    written = 0;
    back = false;
    payload = null;
  }

  private Flow flow() {
    if (flow == null) {
      throw new IllegalStateException("BUG: loop-back check without a connection");
    }
    return flow;
  }

  /** The same conversation, with an eye on its records until the outcome is known. */
  Conversation watch(Conversation of) {
    return isOver() ? of : new WatchedConversation(of, this);
  }
}

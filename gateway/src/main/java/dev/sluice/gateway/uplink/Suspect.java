package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.MqttSession;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The record over which the broker may have closed the connection, or which it never acknowledges.
 * PUBACK of MQTT 3.1.1 cannot say no: a broker that dislikes a message closes or is silent, and
 * would be so for ever.
 *
 * <p>A close blames the oldest record in flight, which may be innocent; so from the second time on
 * it travels alone, and before the last time it stands trial. Everything travels alone then, and
 * only when the connection has stood for a while: one that is closed all the same is closed for
 * another reason.
 *
 * <pre>
 *   others first --- one is taken ----&gt; the suspect --- closed over: guilty
 *     ^   |                               ^     '--- taken: innocent
 *     |   closed over, too: the topic     |
 *     |   v                               |
 *     '-- the suspect itself, first       (in the same connection)
 * </pre>
 *
 * <p>So nobody is guilty where nothing is taken, as under a policy that forbids a topic: all of it
 * waits, and by turns the suspect and the next of the others are tried.
 *
 * <p>Silence blames a record only if the broker answers others. It travels beside them, as they are
 * the proof, and alone only the last time.
 */
final class Suspect {

  /** Whom the end of a connection blames. */
  enum Blame {
    NOBODY,
    /** A record, for the first time. */
    FIRST,
    /** The same record again. */
    AGAIN,
    /** No record, but where they are sent. */
    TOPIC;

    /** Whether no other reason needs to be looked for. */
    boolean explains() {
      return this == AGAIN || this == TOPIC;
    }
  }

  /** How long a connection must stand before a record goes on its last trial. */
  static final long TRIAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So many others are proof enough when none of them goes to the suspect's topic. */
  static final int ENOUGH = 64;

  private static final int ALONE_FROM = 2;
  private static final long NOBODY = -1;

  private final int limit;
  private long seq = NOBODY;
  private String topic = "";
  private int refusals;
  private boolean silent;
  private boolean othersBefore;
  private long connectedNanos;

  /** On trial: whether it goes before others in the next connection. */
  private boolean first;

  /** On trial: up to here others were closed over, too. */
  private long passed = NOBODY;

  /** On trial: others that were taken since one of them was closed over, also in the last ones. */
  private int taken;

  /** On trial, in this connection: whether that is proof. */
  private boolean proven;

  /**
   * Nobody is suspected.
   *
   * @param limit how often; the last of at least two times is the trial
   */
  Suspect(int limit) {
    this.limit = Math.max(2, limit);
  }

  /**
   * A connection stands.
   *
   * @param next seq of the record after the last
   */
  void connected(long nowNanos, long next) {
    connectedNanos = nowNanos;
    proven = false;
    if (passed >= next - 1) {
      passed = NOBODY; // all of the others were: from the beginning
    }
  }

  /**
   * A connection is over.
   *
   * @param closed by the broker, without a reason
   * @param oldestSent record of which nothing is known; below 0 for none
   * @param to topic of the first of its messages that was not acknowledged
   */
  Blame lost(boolean closed, long oldestSent, String to, MqttSession over) {
    long ignored = over.passedOver();
    Blame blame =
        closed && oldestSent >= 0
            ? closedOver(oldestSent, to)
            : ignored > 0 ? silentOver(ignored, over.acks()) : Blame.NOBODY;
    over(over.acks());
    return blame;
  }

  /** The broker closed while this record was the oldest in flight. */
  Blame closedOver(long oldest, String to) {
    if (isOnTrial() && oldest >= seq) {
      return tried(oldest);
    }
    Blame blame = blame(oldest);
    silent = false;
    refusals = Math.min(refusals, limit - 1);
    topic = to;
    return blame;
  }

  private Blame tried(long oldest) {
    if (oldest == seq && proven) {
      refusals = limit;
      return Blame.AGAIN;
    }
    first = oldest != seq;
    taken = first ? 0 : taken;
    passed = first ? Math.max(passed, oldest) : passed;
    return Blame.TOPIC;
  }

  /** The broker did not acknowledge this record, but answered what was written after it. */
  Blame silentOver(long record, long acks) {
    if (acks == 0 && !othersBefore) {
      return Blame.NOBODY;
    }
    Blame blame = blame(record);
    silent = true;
    return blame;
  }

  /** A connection is over, in which so many messages were acknowledged. */
  void over(long acks) {
    othersBefore = acks > 0;
  }

  private Blame blame(long record) {
    int before = record == seq ? refusals : 0;
    clear(seq);
    seq = record;
    taken = before == 0 ? 0 : taken;
    refusals = before + 1;
    return refusals == 1 ? Blame.FIRST : Blame.AGAIN;
  }

  /**
   * A record arrived whole.
   *
   * @return whether it is proof, just now: the suspect has its turn
   */
  boolean arrived(long of, List<String> topics) {
    if (!isOnTrial() || of == seq || proven) {
      return false;
    }
    taken++;
    proven = taken >= ENOUGH || topics.contains(topic);
    return proven;
  }

  /**
   * The record arrived, or is dealt with otherwise.
   *
   * @return whether others were passed over meanwhile: they have their turn
   */
  boolean clear(long done) {
    if (done != seq) {
      return false;
    }
    boolean others = passed > seq;
    seq = NOBODY;
    refusals = 0;
    topic = "";
    first = false;
    passed = NOBODY;
    return others;
  }

  /** Nothing below is in the outbox any more: a suspect that was forced out stands no trial. */
  void forgetBelow(long low) {
    if (isOnTrial() && seq < low) {
      clear(seq);
    }
  }

  private boolean isOnTrial() {
    return seq != NOBODY && !silent && refusals == limit - 1;
  }

  /**
   * Nothing else is left to be tried: it has its turn, without proof.
   *
   * @return whether that is so from now on
   */
  boolean isLeftAlone() {
    boolean turn = isOnTrial() && !isDue();
    first |= turn;
    return turn;
  }

  /** Whether it is the turn of the suspect: no later one may go before it. */
  boolean isDue() {
    return isOnTrial() && (first || proven);
  }

  /** Whether later ones go before this record, which stays where it is. */
  boolean passes(long of) {
    return isOnTrial() && !isDue() && of >= seq && of <= Math.max(seq, passed);
  }

  /** Whether nothing else may be in flight beside it. */
  boolean travelsAlone(long of) {
    int from = silent ? Math.max(ALONE_FROM, limit - 1) : ALONE_FROM;
    return isOnTrial() || (of == seq && refusals >= from);
  }

  /** Whether it must wait: for its turn, or until the connection has stood for a while. */
  boolean waits(long of, long nowNanos) {
    boolean last = isOnTrial() || (of == seq && refusals == limit - 1);
    return (isDue() && of > seq) || (last && nowNanos - connectedNanos < TRIAL_NANOS);
  }

  boolean isGuilty(long of) {
    return of == seq && refusals >= limit;
  }

  /** What it is guilty of. */
  String charge() {
    return silent
        ? "the broker never acknowledges it, but others"
        : "the broker closes the connection over it";
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.MqttSession;
import java.util.concurrent.TimeUnit;

/**
 * The record over which the broker may have closed the connection, or which it never acknowledges.
 * PUBACK of MQTT 3.1.1 cannot say no: a broker that dislikes a message closes or is silent, and
 * would be so for ever.
 *
 * <p>A close blames the oldest record in flight, which may be innocent; so from the second time on
 * it travels alone, and whoever is closed over alone is guilty. Before the last time the connection
 * must have stood for a while without it: one that is closed all the same is closed for another
 * reason.
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
    AGAIN
  }

  /** How long a connection must stand before a record goes on its last trial. */
  static final long TRIAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int ALONE_FROM = 2;
  private static final long NOBODY = -1;

  private final int limit;
  private long seq = NOBODY;
  private int refusals;
  private boolean silent;
  private boolean othersBefore;
  private long connectedNanos;

  Suspect(int limit) {
    this.limit = limit;
  }

  /** A connection stands. */
  void connected(long nowNanos) {
    connectedNanos = nowNanos;
  }

  /**
   * A connection is over.
   *
   * @param closed by the broker, without a reason
   * @param oldestSent record of which nothing is known; below 0 for none
   */
  Blame lost(boolean closed, long oldestSent, MqttSession over) {
    long ignored = over.passedOver();
    Blame blame =
        closed && oldestSent >= 0
            ? closedOver(oldestSent)
            : ignored > 0 ? silentOver(ignored, over.acks()) : Blame.NOBODY;
    over(over.acks());
    return blame;
  }

  /** The broker closed while this record was the oldest in flight. */
  Blame closedOver(long oldest) {
    silent = false;
    return blame(oldest);
  }

  /** The broker did not acknowledge this record, but answered what was written after it. */
  Blame silentOver(long record, long acks) {
    if (acks == 0 && !othersBefore) {
      return Blame.NOBODY;
    }
    silent = true;
    return blame(record);
  }

  /** A connection is over, in which so many messages were acknowledged. */
  void over(long acks) {
    othersBefore = acks > 0;
  }

  private Blame blame(long record) {
    refusals = record == seq ? refusals + 1 : 1;
    seq = record;
    return refusals == 1 ? Blame.FIRST : Blame.AGAIN;
  }

  /** The record arrived, or is dealt with otherwise. */
  void clear(long done) {
    if (done == seq) {
      seq = NOBODY;
      refusals = 0;
    }
  }

  /** Whether nothing else may be in flight beside it. */
  boolean travelsAlone(long of) {
    return of == seq && refusals >= (silent ? Math.max(ALONE_FROM, limit - 1) : ALONE_FROM);
  }

  /** Whether it must wait until the connection has stood for {@link #TRIAL_NANOS}. */
  boolean waits(long of, long nowNanos) {
    boolean last = of == seq && refusals > 0 && refusals == limit - 1;
    return last && nowNanos - connectedNanos < TRIAL_NANOS;
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

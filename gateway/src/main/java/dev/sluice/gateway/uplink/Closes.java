package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Finds the reason for which a broker closed a connection, as MQTT 3.1.1 does not tell it. A record
 * that is blamed again explains it, or that none is taken; then messages that came too fast; and
 * when connections are closed soon after they were accepted, whatever is sent, somebody else uses
 * the same client id. Time is given to it; not thread-safe.
 */
final class Closes {

  static final int IN_A_ROW = 3;

  /** Closes further apart have nothing to do with each other. */
  private static final long APART = TimeUnit.MINUTES.toNanos(5);

  /** Once it is known, a connection counts as held only when the other had time to come back. */
  private static final long HELD = TimeUnit.MINUTES.toNanos(2);

  /** After that many times slower did not help, it was not the rate. */
  private static final int SLOWED = 3;

  private final String clientId;
  private final long soon;
  private int quick;
  private int slowed;
  private long last;

  /**
   * For one uplink.
   *
   * @param stableAfter how long a connection must hold to be a good one
   */
  Closes(String clientId, Duration stableAfter) {
    this.clientId = clientId;
    this.soon = stableAfter.toNanos();
  }

  /**
   * An accepted connection ended.
   *
   * @param heldNanos for how long it stood
   * @return the same, or a better reason
   */
  LinkException explained(
      LinkException why, Ending ending, double pace, long heldNanos, long nowNanos) {
    if (why.failure() != LinkFailure.CLOSED || ending.blame().explains()) {
      forget();
      return ending.blame() == Suspect.Blame.TOPIC ? nothingTaken(why, ending) : why;
    }
    boolean known = quick >= IN_A_ROW;
    if (heldNanos >= (known ? Math.max(HELD, soon) : soon) || nowNanos - last > APART) {
      forget();
    }
    last = nowNanos;
    quick += heldNanos < soon || known ? 1 : 0;
    slowed += ending.slowed() ? 1 : 0;
    if (ending.slowed() && slowed <= SLOWED) {
      String detail =
          String.format(
              Locale.ROOT,
              "after %d in a second; going on with %.0f messages per second, each of up to 8 KiB",
              ending.rate(),
              pace);
      return new LinkException(LinkFailure.THROTTLED, detail, why);
    }
    return quick >= IN_A_ROW
        ? new LinkException(
            LinkFailure.TAKEN_OVER,
            clientId
                + ": two clients with one id throw each other out; if there is no other, the"
                + " broker may not like what this one says first, see its log",
            why)
        : why;
  }

  private static LinkException nothingTaken(LinkException why, Ending ending) {
    String detail = "nothing is set aside, everything waits; look at " + ending.where();
    return new LinkException(LinkFailure.PUBLISH_REFUSED, detail, why);
  }

  /** An attempt failed: a broker that restarts closes, too, but takes nobody for a while. */
  void notAccepted() {
    forget();
  }

  private void forget() {
    quick = 0;
    slowed = 0;
  }
}

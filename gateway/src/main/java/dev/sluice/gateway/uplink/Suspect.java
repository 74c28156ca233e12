package dev.sluice.gateway.uplink;

/**
 * The record over which the broker may have closed the connection. PUBACK of MQTT 3.1.1 cannot say
 * no: a broker that dislikes a message closes, and would do so for ever.
 *
 * <p>A close blames the oldest record in flight, which may be innocent; so from the second time on
 * it travels alone, and whoever is closed over alone is guilty.
 */
final class Suspect {

  private static final int ALONE_FROM = 2;
  private static final long NOBODY = -1;

  private final int limit;
  private long seq = NOBODY;
  private int refusals;

  Suspect(int limit) {
    this.limit = limit;
  }

  /** The broker closed while this record was the oldest in flight. */
  void closedOver(long oldest) {
    refusals = oldest == seq ? refusals + 1 : 1;
    seq = oldest;
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
    return of == seq && refusals >= ALONE_FROM;
  }

  boolean isGuilty(long of) {
    return of == seq && refusals >= limit;
  }
}

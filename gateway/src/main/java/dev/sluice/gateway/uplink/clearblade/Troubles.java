package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.Complaints;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What did not go as it should, over connections: by kind, among what is counted of this uplink,
 * and told in the state of the gateway.
 */
final class Troubles {

  /** What it was. */
  enum Kind {
    /** A device may not be attached. */
    ATTACH_REFUSED,
    /** Events of a device that had been attached. */
    EVENTS_REFUSED,
    /** What a device is told cannot be heard. */
    SUBSCRIBE_REFUSED,
    /** Another report of the platform. */
    OTHER_ERROR,
    /** A report that is none. */
    MALFORMED_ERROR,
    MALFORMED_CONFIG,
    OLD_CONFIG,
    MALFORMED_COMMAND,
    /** Answers that were not sent because too many waited. */
    ANSWERS_DROPPED,
    /** The key is probably another one than that of the registry. */
    TOKEN_REFUSED_KEY,
    /** The audience is probably not that of the platform. */
    TOKEN_REFUSED_AUDIENCE,
    /** Our clock is probably wrong. */
    TOKEN_REFUSED_CLOCK,
    /** What was taken before is not any more. */
    TOKEN_REFUSED_LATER,
    /** A token ran out while it was in use. */
    TOKEN_EXPIRED,
    /** The connection is closed over the first attach. */
    NO_GATEWAY
  }

  private final Complaints complaints;

  Troubles(Complaints complaints) {
    this.complaints = complaints;
  }

  /**
   * One more.
   *
   * @param about device or topic
   */
  void add(Kind kind, String about, String detail) {
    complaints.add(word(kind), about, detail);
  }

  long count(Kind kind) {
    return complaints.count(word(kind));
  }

  /** All that are not zero, by word. */
  Map<String, Object> counts() {
    return new TreeMap<>(complaints.counts());
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}

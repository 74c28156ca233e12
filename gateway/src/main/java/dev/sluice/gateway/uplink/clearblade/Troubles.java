package dev.sluice.gateway.uplink.clearblade;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What did not go as it should, over connections: counted by kind, and told in the log the first,
 * the tenth, the hundredth time, so that a flood is told and does not fill a disk.
 */
final class Troubles {

  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

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

  private final String uplink;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  Troubles(String uplink) {
    this.uplink = uplink;
  }

  /**
   * One more.
   *
   * @param about device or topic
   */
  void add(Kind kind, String about, String detail) {
    long count = counts.merge(kind, 1L, Long::sum);
    if (isPowerOfTen(count)) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("reason", word(kind))
          .addKeyValue("about", about)
          .addKeyValue("detail", detail)
          .addKeyValue("count", count)
          .log("the platform does not agree");
    }
  }

  long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** All that are not zero, by word. */
  Map<String, Object> counts() {
    var all = new LinkedHashMap<String, Object>();
    counts.forEach((kind, count) -> all.put(word(kind), count));
    return all;
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static boolean isPowerOfTen(long count) {
    long power = count;
    while (power % 10 == 0) {
      power /= 10;
    }
    return power == 1;
  }
}

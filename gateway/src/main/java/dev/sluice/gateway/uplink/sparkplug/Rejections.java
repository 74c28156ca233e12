package dev.sluice.gateway.uplink.sparkplug;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came down and was not taken: counted by reason, and told in the log the first, the tenth,
 * the hundredth time, so that a flood is told and does not fill a disk.
 */
final class Rejections {

  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

  /** Why. */
  enum Reason {
    OVERSIZE,
    MALFORMED,
    RETAINED,
    STALE,
    UNKNOWN,
    WRONG_TYPE,
    REFUSED
  }

  private final String uplink;
  private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);

  Rejections(String uplink) {
    this.uplink = uplink;
  }

  void add(Reason reason, String topic, String detail) {
    long count = counts.merge(reason, 1L, Long::sum);
    if (isPowerOfTen(count)) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("topic", topic)
          .addKeyValue("reason", reason.name().toLowerCase(Locale.ROOT))
          .addKeyValue("detail", detail)
          .addKeyValue("count", count)
          .log("message from upstream not taken");
    }
  }

  long count(Reason reason) {
    return counts.getOrDefault(reason, 0L);
  }

  private static boolean isPowerOfTen(long count) {
    long power = count;
    while (power % 10 == 0) {
      power /= 10;
    }
    return power == 1;
  }
}

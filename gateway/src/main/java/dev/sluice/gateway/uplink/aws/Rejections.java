package dev.sluice.gateway.uplink.aws;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the platform rejected, counted by what it was about and code, and told in the log the first,
 * the tenth, the hundredth time. Of the context of the uplink.
 */
final class Rejections {

  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

  /** Codes come from outside: no more of them are told apart. */
  private static final int MOST = 64;

  private final String uplink;
  private final Map<String, Long> counts = new HashMap<>();

  Rejections(String uplink) {
    this.uplink = uplink;
  }

  /**
   * One more.
   *
   * @param what was asked, for example {@code shadow update}
   * @param code of the platform
   */
  void add(String what, String code, String detail) {
    String key = what + " " + code;
    long count = counts.merge(counts.size() < MOST ? key : what, 1L, Long::sum);
    if (isPowerOfTen(count)) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("request", what)
          .addKeyValue("code", code)
          .addKeyValue("detail", detail)
          .addKeyValue("count", count)
          .log("rejected by the platform");
    }
  }

  long count(String what, String code) {
    return counts.getOrDefault(what + " " + code, 0L);
  }

  private static boolean isPowerOfTen(long count) {
    long power = count;
    while (power % 10 == 0) {
      power /= 10;
    }
    return power == 1;
  }
}

package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came from the hub and was not understood, or was not liked there: each kind of it told in
 * the log the first, the tenth, the hundredth time, so that a flood is told and does not fill a
 * disk.
 */
final class Untaken {

  private static final Logger LOG = LoggerFactory.getLogger(Untaken.class);

  private final String uplink;
  private final Map<String, Long> counts = new HashMap<>();

  Untaken(String uplink) {
    this.uplink = uplink;
  }

  /** Says what was found; what comes in is counted at the gate, by this verdict. */
  Verdict malformed(String topic, String found) {
    tell("message from the hub not understood", topic, found);
    return Verdict.MALFORMED;
  }

  /**
   * Says it.
   *
   * @param what in words that are always the same
   */
  void tell(String what, String topic, String found) {
    long count = counts.merge(what, 1L, Long::sum);
    if (isPowerOfTen(count)) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("topic", topic)
          .addKeyValue("found", found)
          .addKeyValue("count", count)
          .log(what);
    }
  }

  private static boolean isPowerOfTen(long number) {
    long power = number;
    while (power % 10 == 0) {
      power /= 10;
    }
    return power == 1;
  }
}

package dev.sluice.gateway.uplink.connector;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a platform complains of without ending the connection: a request that it rejects, a device
 * that it does not know, an answer that never comes. Counted by word since the uplink started, also
 * over connections; told to the log at the first, the tenth, the hundredth of a word, and so on, so
 * that a platform that complains of every message does not fill the disk. Thread-safe.
 */
public final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  /** Codes come from outside: no more of them are told apart. */
  private static final int MOST = 64;

  private static final String OTHER = "other";

  private final String uplink;
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param uplink its id, for the log
   */
  public Complaints(String uplink) {
    this.uplink = uplink;
  }

  /**
   * One more.
   *
   * @param word what it is, for metrics: {@code attach_refused}; what is no letter, digit or
   *     underscore becomes an underscore, so that codes of the platform may be a part of it
   * @param about device, topic or request
   * @param detail in words; no secrets
   */
  public void add(String word, String about, String detail) {
    String key = word.replaceAll("[^A-Za-z0-9_]+", "_");
    if (counts.size() >= MOST && !counts.containsKey(key)) {
      key = OTHER;
    }
    long count = counts.computeIfAbsent(key, ignored -> new AtomicLong()).incrementAndGet();
    if (isPowerOfTen(count)) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("complaint", key)
          .addKeyValue("about", about)
          .addKeyValue("detail", detail)
          .addKeyValue("count", count)
          .log("the platform complains");
    }
  }

  /** How often this word came. */
  public long count(String word) {
    AtomicLong count = counts.get(word);
    return count == null ? 0 : count.get();
  }

  /** All words that came, and how often; a copy. */
  public Map<String, Long> counts() {
    var all = new TreeMap<String, Long>();
    counts.forEach((word, count) -> all.put(word, count.get()));
    return all;
  }

  private static boolean isPowerOfTen(long count) {
    long power = count;
    while (power % 10 == 0) {
      power /= 10;
    }
    return power == 1;
  }
}

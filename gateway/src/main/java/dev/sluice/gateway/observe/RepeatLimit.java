package dev.sluice.gateway.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * Keeps a storm of one message out of the log: of each message about one line, device or uplink the
 * first ten in ten seconds are written, the rest counted. Thread-safe.
 */
final class RepeatLimit {

  private static final int BURST = 10;
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MAX_KEYS = 1000;

  /** A storm that is over: its last event and how many were not written. */
  record Summary(ILoggingEvent last, long suppressed) {}

  private static final class Window {
    long start;
    int written;
    long suppressed;
    ILoggingEvent last;

    Window(long start, ILoggingEvent first) {
      this.start = start;
      this.last = first;
    }
  }

  /** The quietest first. */
  private final Map<String, Window> windows = new LinkedHashMap<>(64, 0.75f, true);

  private long nextSweep;

  RepeatLimit(long now) {
    this.nextSweep = now + WINDOW_NANOS;
  }

  /**
   * Whether to write an event.
   *
   * @return how many like it were not written since the last one that was; negative to leave it out
   */
  synchronized long admit(ILoggingEvent event, long now) {
    String key = key(event);
    Window window = windows.get(key);
    if (window == null) {
      window = new Window(now, event);
      if (windows.size() >= MAX_KEYS) {
        windows.remove(windows.keySet().iterator().next());
      }
      windows.put(key, window);
    }
    long suppressed = 0;
    if (now - window.start >= WINDOW_NANOS) {
      suppressed = window.suppressed;
      window.start = now;
      window.written = 0;
      window.suppressed = 0;
    }
    if (window.written < BURST) {
      window.written++;
      return suppressed;
    }
    window.suppressed++;
    window.last = event;
    return -1;
  }

  /** Storms that ended without another event that could tell; asked often, looks seldom. */
  synchronized List<Summary> ended(long now) {
    if (now - nextSweep < 0) {
      return List.of();
    }
    nextSweep = now + WINDOW_NANOS;
    var ended = new ArrayList<Summary>();
    windows
        .values()
        .removeIf(window -> now - window.start >= 2 * WINDOW_NANOS && tell(window, ended));
    return ended;
  }

  private static boolean tell(Window window, List<Summary> ended) {
    if (window.suppressed > 0) {
      ended.add(new Summary(window.last, window.suppressed));
    }
    return true;
  }

  private static String key(ILoggingEvent event) {
    var key = new StringBuilder(event.getLoggerName()).append('|').append(event.getMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        if (pair.key.equals("line") || pair.key.equals("device") || pair.key.equals("uplink")) {
          key.append('|').append(pair.value);
        }
      }
    }
    return key.toString();
  }
}

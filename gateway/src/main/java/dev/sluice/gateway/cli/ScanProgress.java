package dev.sluice.gateway.cli;

import dev.sluice.driver.Found;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Says how far a scan is: on a terminal in one line that changes, else in a line now and then. */
final class ScanProgress {

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration TERMINAL_PAUSE = Duration.ofMillis(200);

  private final PrintWriter err;
  private final boolean terminal;
  private final Duration limit;
  private Duration next = Duration.ZERO;
  private int shown;

  ScanProgress(PrintWriter err, boolean terminal, Duration limit) {
    this.err = err;
    this.terminal = terminal;
    this.limit = limit;
  }

  /** An address is asked now. */
  void at(ScanSetting setting, int address, long asked, long all, int found, Duration took) {
    if (took.compareTo(next) < 0) {
      return;
    }
    next = took.plus(terminal ? TERMINAL_PAUSE : PAUSE);
    String text =
        String.format(
            Locale.ROOT,
            "%s, address %d: %d of %d asked, %d found, %s of at most %s",
            setting.words(),
            address,
            asked,
            all,
            found,
            words(took),
            words(limit));
    if (terminal) {
      clear();
      shown = text.length();
      err.print(text);
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** A device answered. */
  void found(ScanSetting setting, Found found) {
    clear();
    err.println("found: " + setting.words() + ", address " + found.address());
    err.flush();
  }

  /** Nothing more comes. */
  void end() {
    clear();
    err.flush();
  }

  private void clear() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      shown = 0;
    }
  }

  /** {@code 41 s}, {@code 34 min}. */
  static String words(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 1) {
      return time.toMillis() + " ms";
    }
    return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
  }
}

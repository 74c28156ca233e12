package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Says how far a long work is: on a terminal in one line that changes, else in a line now and then.
 * Short work says nothing.
 */
final class WorkProgress {

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration TERMINAL_PAUSE = Duration.ofMillis(250);
  private static final double MIB = 1 << 20;

  private final PrintWriter err;
  private final boolean terminal;
  private final String what;
  private final long begin = System.nanoTime();
  private long next;
  private int shown;

  WorkProgress(PrintWriter err, boolean terminal, String what) {
    this.err = err;
    this.terminal = terminal;
    this.what = what;
    this.next = pause();
  }

  private long pause() {
    return (terminal ? TERMINAL_PAUSE : PAUSE).toNanos();
  }

  /** So many bytes of all are done. */
  void at(long bytes, long all) {
    long took = System.nanoTime() - begin;
    if (took < next) {
      return;
    }
    next = took + pause();
    String text = text(bytes, all, took);
    if (terminal) {
      clear();
      shown = text.length();
      err.print(text);
    } else {
      err.println(text);
    }
    err.flush();
  }

  private String text(long bytes, long all, long took) {
    double rate = bytes / MIB / (took / 1e9);
    double part = all == 0 ? 1 : (double) bytes / all;
    String left =
        bytes == 0 ? "" : ", " + ScanProgress.words(Duration.ofNanos((long) (took / part - took)));
    return String.format(
        Locale.ROOT,
        "%s: %.0f %%, %s of %s, %.1f MiB/s%s left",
        what,
        100 * part,
        Amount.bytes(bytes),
        Amount.bytes(all),
        rate,
        left);
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
}

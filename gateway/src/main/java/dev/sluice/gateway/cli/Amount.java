package dev.sluice.gateway.cli;

import java.time.Instant;
import java.util.Locale;

/** Numbers for people. */
final class Amount {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final int STEP = 1024;

  private Amount() {}

  /** {@code 812 B}, {@code 8.0 MiB}. */
  static String bytes(long bytes) {
    double left = bytes;
    int unit = 0;
    while (left >= STEP && unit < UNITS.length - 1) {
      left /= STEP;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", left, UNITS[unit]);
  }

  /** {@code 1 record}, {@code 2 records}. */
  static String of(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** {@code 7}, {@code 7..9}. */
  static String range(long first, long last) {
    return first == last ? Long.toString(first) : first + ".." + last;
  }

  /** As ISO 8601; 0 is not known. */
  static String time(long millis) {
    return millis == 0 ? "time not known" : Instant.ofEpochMilli(millis).toString();
  }
}

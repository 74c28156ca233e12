package dev.sluice.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/** Prints figures as they come and remembers whether one missed its gate. */
final class Figures {

  private final PrintStream out;
  private boolean failed;

  Figures(PrintStream out) {
    this.out = out;
  }

  /** A figure that says what a reader wants to know, with nothing to hold. */
  void tell(String name, double value, String unit) {
    out.printf(Locale.ROOT, "figure %s %s %s%n", name, number(value), unit);
  }

  void tell(Table table) {
    out.print(table);
  }

  void atLeast(String name, double value, String unit, double gate) {
    gated(name, value, unit, ">=" + number(gate), value >= gate);
  }

  void atMost(String name, double value, String unit, double gate) {
    gated(name, value, unit, "<=" + number(gate), value <= gate);
  }

  private void gated(String name, double value, String unit, String gate, boolean pass) {
    // Not a number never passes: both comparisons are false.
    failed |= !pass;
    String verdict = pass ? "pass" : "FAIL";
    out.printf(
        Locale.ROOT, "figure %s %s %s gate %s %s%n", name, number(value), unit, gate, verdict);
  }

  boolean failed() {
    return failed;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%d", (long) value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
  }
}

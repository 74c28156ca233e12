package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.WriteException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a write that was sent.
 *
 * @param failure why it was not confirmed; none when it was
 * @param done transactions that were confirmed
 * @param all transactions that there are
 */
record WriteOutcome(@Nullable WriteException failure, int done, int all) {

  boolean isDone() {
    return failure == null;
  }

  /** For programs: {@code done}, {@code not_done}, {@code partly_done} or {@code unknown}. */
  String word() {
    if (failure == null) {
      return "done";
    }
    return failure.outcome() == WriteException.Outcome.UNKNOWN
        ? "unknown"
        : done > 0 ? "partly_done" : "not_done";
  }

  String detail() {
    return failure == null ? "" : String.valueOf(failure.getMessage());
  }

  /** For people. */
  String words() {
    String part = all > 1 && done > 0 ? done + " of " + all + " transactions were confirmed; " : "";
    return switch (word()) {
      case "done" -> "the device confirmed it";
      case "unknown" -> "OUTCOME UNKNOWN: " + part + detail() + "; it was not sent again";
      default -> "not written: " + part + detail();
    };
  }

  /** Whether what was written is what is there; text without what fills it up. */
  static boolean same(Object wanted, Object found) {
    if (wanted instanceof BigDecimal a && found instanceof BigDecimal b) {
      return a.compareTo(b) == 0;
    }
    if (wanted instanceof String a && found instanceof String b) {
      return trimmed(a).equals(trimmed(b));
    }
    return wanted.equals(found);
  }

  private static String trimmed(String text) {
    return text.replace("\0", "").stripTrailing();
  }
}

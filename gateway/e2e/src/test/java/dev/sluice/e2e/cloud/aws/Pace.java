package dev.sluice.e2e.cloud.aws;

/** What one connection may publish in a second. On the event loop. */
final class Pace {

  private static final double MESSAGES = 100;
  private static final double BYTES = 512 << 10;

  private double messages = MESSAGES;
  private double bytes = BYTES;
  private long last;

  Pace(long nanos) {
    last = nanos;
  }

  /** Takes one message; whether it was within the pace. */
  boolean take(long nanos, int size) {
    double seconds = (nanos - last) / 1e9;
    last = nanos;
    messages = Math.min(MESSAGES, messages + seconds * MESSAGES) - 1;
    bytes = Math.min(BYTES, bytes + seconds * BYTES) - size;
    return messages >= 0 && bytes >= 0;
  }

  /** How long until what was taken too much is made good. */
  long debtMillis() {
    return (long) Math.ceil(1_000 * Math.max(0, Math.max(-messages / MESSAGES, -bytes / BYTES)));
  }
}

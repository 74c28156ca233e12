package dev.sluice.gateway.outbox.log;

/** The time as a log needs it. Thread-safe. */
public interface LogClock {

  /** Monotonic, ns. */
  long nanos();

  /** Wall clock, ms since 1970; only meaningful while {@link #trusted()}. */
  long millis();

  boolean trusted();
}

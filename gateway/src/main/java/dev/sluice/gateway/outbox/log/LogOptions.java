package dev.sluice.gateway.outbox.log;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a log lies and how large it may become; the caller checked the ranges.
 *
 * @param directory of its own
 * @param maxBytes bound of all segments together
 * @param maxAge older records go, a segment at a time
 * @param segmentBytes size of a segment
 * @param maxDamaged bytes of files set aside
 * @param keys to encrypt with and to read what is encrypted
 */
public record LogOptions(
    Path directory, long maxBytes, Duration maxAge, int segmentBytes, long maxDamaged, Keys keys) {

  /** Without encryption. */
  public LogOptions(
      Path directory, long maxBytes, Duration maxAge, int segmentBytes, long maxDamaged) {
    this(directory, maxBytes, maxAge, segmentBytes, maxDamaged, Keys.NONE);
  }
}

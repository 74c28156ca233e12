package dev.sluice.driver;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device that {@link Probing#probe} found.
 *
 * @param address where
 * @param answered in words, what made it known: {@code fc3 0: 1 register}, {@code exception 02}
 * @param identity what it says of itself, in the order in which it does: {@code vendor}, {@code
 *     product}, {@code revision}, ...; printable; empty if it does not say
 * @param rttNanos from the end of the first request to the last byte of its reply
 */
public record Found(int address, String answered, Map<String, String> identity, long rttNanos) {

  public Found {
    identity = Collections.unmodifiableMap(new LinkedHashMap<>(identity));
  }
}

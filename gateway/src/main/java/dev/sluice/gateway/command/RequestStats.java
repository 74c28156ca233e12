package dev.sluice.gateway.command;

import java.util.List;

/**
 * What platforms wanted so far, beside single writes.
 *
 * @param counts in no order
 */
public record RequestStats(List<Count> counts) {

  public RequestStats {
    counts = List.copyOf(counts);
  }

  /**
   * How many came to what.
   *
   * @param source id of the uplink
   * @param kind {@code command}, {@code job} or {@code state}
   * @param code as in {@link Answer}
   * @param count since the start
   */
  public record Count(String source, String kind, int code, long count) {}
}

package dev.sluice.simulator.verify;

import java.util.List;

/**
 * What a verifier found.
 *
 * @param published records known to exist, over all streams
 * @param acknowledged records that came whole
 * @param duplicates messages that came again
 * @param missing records that the gateway counts as delivered and that never came
 * @param readingsMissing counts of devices that no gap explains and that never came
 * @param readingsNamed counts that did not come where a gap says so
 * @param repeated counts that came in two different records
 * @param readings values, without those in duplicates
 * @param messages received, all kinds
 * @param malformed messages that are not of the wire form
 * @param streams how many
 * @param words the findings, one per line, for people
 */
public record Summary(
    long published,
    long acknowledged,
    long duplicates,
    long missing,
    long readingsMissing,
    long readingsNamed,
    long repeated,
    long readings,
    long messages,
    long malformed,
    int streams,
    List<String> words) {

  public Summary {
    words = List.copyOf(words);
  }

  /** Whether something came and nothing is missing. */
  public boolean complete() {
    return published > 0 && missing == 0 && readingsMissing == 0;
  }

  /** The last line of a run. */
  public String line() {
    return "demo: published="
        + published
        + " acknowledged="
        + acknowledged
        + " duplicates="
        + duplicates
        + " missing="
        + missing
        + " readings_missing="
        + readingsMissing;
  }
}

package dev.sluice.gateway.command;

import java.util.List;
import java.util.Map;

/**
 * What came down so far.
 *
 * @param sources by uplink, in the order of their names
 * @param pending under way now
 * @param remembered ids that are known now
 * @param forgotten ids that had to go before their time because there were too many
 */
public record CommandStats(List<Source> sources, int pending, long remembered, long forgotten) {

  public CommandStats {
    sources = List.copyOf(sources);
  }

  /**
   * What came from one uplink.
   *
   * @param id of the uplink
   * @param results how many came to what, by the word: {@code done}, {@code refused}, {@code
   *     failed}, {@code unknown}
   * @param refusals how many were refused, by reason in a word
   */
  public record Source(String id, Map<String, Long> results, Map<String, Long> refusals) {

    public Source {
      results = Map.copyOf(results);
      refusals = Map.copyOf(refusals);
    }
  }
}

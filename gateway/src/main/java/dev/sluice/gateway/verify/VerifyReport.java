package dev.sluice.gateway.verify;

import java.util.List;

/**
 * What a verifier found so far.
 *
 * @param streams by gateway and stream
 * @param messages received, all kinds
 * @param malformed of them, not of the wire form
 * @param malformedWords what the first of them were
 * @param unjudged messages of streams that there was no room for
 */
public record VerifyReport(
    List<Stream> streams,
    long messages,
    long malformed,
    List<String> malformedWords,
    long unjudged) {

  /** Of more ranges of lost seqs only the lowest are named. */
  static final int MOST_RANGES = 20;

  /**
   * One stream.
   *
   * @param from the seq from which on it is judged
   * @param low all below was acknowledged, as the gateway says
   * @param highest seq that came
   * @param records that came whole
   * @param readings that came, without duplicates
   * @param history of them, in the history lane
   * @param lost seqs below low that neither came nor are named in a gap
   * @param lostRanges the lowest of them
   * @param partly of them, came in part
   * @param gaps that came
   * @param gapReadings readings that they name
   * @param duplicates messages that came again
   * @param outOfOrder messages that came after a higher seq of their lane
   * @param latency of live readings
   */
  public record Stream(
      String gateway,
      String stream,
      long from,
      long low,
      long highest,
      long messages,
      long records,
      long readings,
      long history,
      long lost,
      List<String> lostRanges,
      long partly,
      long gaps,
      long gapReadings,
      long duplicates,
      long outOfOrder,
      Times latency) {}

  /**
   * From a reading to its arrival, ms.
   *
   * @param early rows that came before they were read, as the clocks say
   */
  public record Times(long rows, long p50, long p99, long max, long early) {}

  /** Whether something came, all of it could be judged, and nothing is lost. */
  public boolean complete() {
    return !streams.isEmpty()
        && malformed == 0
        && unjudged == 0
        && streams.stream().allMatch(stream -> stream.lost() == 0);
  }
}

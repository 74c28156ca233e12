package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollFailure;
import java.util.List;
import java.util.Map;

/**
 * A line as it stands, and what it has done since it was deployed.
 *
 * @param id the line
 * @param driver type of its driver
 * @param connected whether polls can be run
 * @param reason why not, in words; empty when connected
 * @param connects successful connects
 * @param connectFailures failed ones
 * @param polls what came of the polls
 * @param handed what came of the readings
 * @param events what the driver counts, by name: late replies and the like
 * @param devices its devices, in the order of their ids
 */
public record LineStats(
    String id,
    String driver,
    boolean connected,
    String reason,
    long connects,
    long connectFailures,
    Polls polls,
    Handed handed,
    Map<String, Long> events,
    List<DeviceStats> devices) {

  /**
   * Polls of a line.
   *
   * @param answered brought values
   * @param failed brought none, by kind; each attempt counts
   * @param retried attempts after a failed one, without waiting for the next cycle
   * @param probes attempts to find out whether a silent device is back
   * @param skippedLate cycles that passed because the line was busy or down
   * @param skippedNoPermit cycles that passed because the batcher took nothing more
   * @param bytesOut sent by answered polls, framing included
   * @param bytesIn received by answered polls, framing included
   * @param rttNanos sum over answered polls, from the request's end to the reply's last byte
   * @param busNanos sum over answered polls of what they should cost of the medium
   */
  public record Polls(
      long answered,
      Map<PollFailure, Long> failed,
      long retried,
      long probes,
      long skippedLate,
      long skippedNoPermit,
      long bytesOut,
      long bytesIn,
      long rttNanos,
      long busNanos) {}

  /**
   * Readings that left a line.
   *
   * @param admitted taken by a batcher
   * @param refused not taken, so lost, by reason
   */
  public record Handed(long admitted, Map<String, Long> refused) {}

  /**
   * A device of a line.
   *
   * @param id the device
   * @param up whether it answers
   * @param reason why not: a word of {@link dev.sluice.driver.Quality#word()}; empty when up,
   *     {@code unknown} before the first poll
   * @param answered polls that brought values, and messages that it sent by itself
   * @param failed polls that brought none after all retries
   * @param rttNanos of the last answered poll; 0 before it
   */
  public record DeviceStats(
      String id, boolean up, String reason, long answered, long failed, long rttNanos) {}
}

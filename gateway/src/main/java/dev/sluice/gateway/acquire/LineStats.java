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
 * @param changedNanos when it came up or went down last, or was deployed, by the monotonic clock
 * @param connects successful connects
 * @param connectFailures failed ones
 * @param polls what came of the polls
 * @param handed what came of the readings
 * @param events what the driver counts, by name: late replies and the like
 * @param speed how its medium is set, for example {@code 9600 8N1}; empty where there is no such
 *     thing
 * @param bus what its time went to
 * @param commitment whether it has the time for its polls
 * @param writes what came of the writes
 * @param devices its devices, in the order of their ids
 */
public record LineStats(
    String id,
    String driver,
    boolean connected,
    String reason,
    long changedNanos,
    long connects,
    long connectFailures,
    Polls polls,
    Handed handed,
    Map<String, Long> events,
    String speed,
    BusUse bus,
    Committed commitment,
    Written writes,
    List<DeviceStats> devices) {

  /**
   * Polls of a line.
   *
   * @param answered brought values
   * @param failed brought none, by kind; each attempt counts
   * @param retried attempts after a failed one, without waiting for the next cycle
   * @param probes attempts to find out whether a silent device is back
   * @param late polls that began more than a tenth of their period, and 20 ms, after their cycle
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
      long late,
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
   * What a line's time went to while it was connected.
   *
   * @param spentNanos by cause
   * @param idleNanos the rest; meaningless where several transactions go at once
   */
  public record BusUse(Map<BusTime, Long> spentNanos, long idleNanos) {}

  /**
   * Whether a bus has the time for what it is asked to do.
   *
   * @param share of its time that the polls need, as measured; 0 where nothing is known
   * @param words what is wrong with that; empty if nothing is
   * @param behind groups of polls that cannot be run as often as they should, the fastest first
   */
  public record Committed(double share, String words, List<Commitment.Behind> behind) {

    public Committed {
      behind = List.copyOf(behind);
    }
  }

  /**
   * Writes to the devices of a line.
   *
   * @param done transactions that the device confirmed
   * @param failed transactions that it refused, or that ended unknown
   * @param refused writes that were not taken because too many wait
   */
  public record Written(long done, long failed, long refused) {}

  /**
   * A device of a line.
   *
   * @param id the device
   * @param up whether it answers
   * @param reason why not: a word of {@link dev.sluice.driver.Quality#word()}; empty when up,
   *     {@code unknown} before the first poll
   * @param changedNanos when it came up or went down last, or was added, by the monotonic clock
   * @param answered polls that brought values, and messages that it sent by itself
   * @param failed polls that brought none after all retries
   * @param rtt how long its replies take
   * @param failures attempts that brought none, by the word of their quality
   * @param events what its driver counts: damaged frames, late replies
   * @param notes what its driver wants the owner to know, by subject
   */
  public record DeviceStats(
      String id,
      boolean up,
      String reason,
      long changedNanos,
      long answered,
      long failed,
      Rtt rtt,
      Map<String, Long> failures,
      Map<String, Long> events,
      Map<String, String> notes) {}

  /**
   * From the end of requests to the last bytes of their replies.
   *
   * @param lastNanos of the last answered poll; 0 before it
   * @param minNanos the shortest; 0 before it
   * @param maxNanos the longest
   * @param sumNanos of all
   */
  public record Rtt(long lastNanos, long minNanos, long maxNanos, long sumNanos) {

    static final Rtt NONE = new Rtt(0, 0, 0, 0);

    Rtt with(long nanos) {
      return new Rtt(
          nanos,
          minNanos == 0 ? nanos : Math.min(minNanos, nanos),
          Math.max(maxNanos, nanos),
          sumNanos + nanos);
    }
  }
}

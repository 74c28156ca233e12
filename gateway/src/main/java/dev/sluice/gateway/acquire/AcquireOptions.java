package dev.sluice.gateway.acquire;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How lines are held up and devices are asked.
 *
 * @param connectsPerSecond at most this many connection attempts a second for the whole gateway, so
 *     that a returning site is not stormed; 1 to 1000
 * @param reconnectFirst upper end of the first wait before a line is connected again; each wait is
 *     drawn from zero to the end, which doubles up to {@code reconnectMax}
 * @param reconnectMax upper end of the longest such wait
 * @param probeFirst the first wait before a silent device is asked again; doubles up to {@code
 *     probeMax}, each drawn from its upper half
 * @param probeMax the longest such wait
 * @param permits blocks of one line that may be on their way to a batcher; when all are taken, due
 *     polls are skipped and counted; 1 to 10,000
 * @param permitTimeout a block whose permit does not come back in this time is counted as lost and
 *     never sent again; longer than the batcher withholds one
 * @param writes so many writes may wait for one line; more are refused and counted; 1 to 10,000
 * @param stateDirectory where drivers keep what they learnt about devices; none keeps it in memory
 */
public record AcquireOptions(
    int connectsPerSecond,
    Duration reconnectFirst,
    Duration reconnectMax,
    Duration probeFirst,
    Duration probeMax,
    int permits,
    Duration permitTimeout,
    int writes,
    @Nullable Path stateDirectory) {

  public static final AcquireOptions DEFAULTS =
      new AcquireOptions(
          50,
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(60),
          64,
          Duration.ofSeconds(5),
          64,
          null);
}

package dev.sluice.gateway.command;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What may come down, and how much of it.
 *
 * @param remember so many ids of commands are kept, so that none is carried out twice; 1 to 100,000
 * @param rememberFor an id older than this is forgotten, by a trusted clock
 * @param rate commands a second from one uplink, 1 to 1000; more are refused
 * @param pending commands under way at a time, 1 to 10,000; more are refused
 * @param within a command that could not be sent in this time is not sent any more
 * @param file where ids are kept; none keeps them in memory
 */
public record CommandOptions(
    int remember,
    Duration rememberFor,
    int rate,
    int pending,
    Duration within,
    @Nullable Path file) {

  public static final CommandOptions DEFAULTS =
      new CommandOptions(10_000, Duration.ofDays(1), 10, 64, Duration.ofSeconds(30), null);
}

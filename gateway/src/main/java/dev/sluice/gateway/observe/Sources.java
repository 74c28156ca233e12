package dev.sluice.gateway.observe;

import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.command.CommandStats;
import dev.sluice.gateway.command.RequestStats;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.outbox.StorageStats;
import dev.sluice.gateway.outbox.dead.DeadLetterStats;
import dev.sluice.gateway.uplink.UplinkStats;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What the running gateway shows of itself. Each call gives a snapshot of now; thread-safe, and
 * cheap enough to be called at each scrape.
 */
public interface Sources {

  /** The name of the gateway. */
  String gateway();

  /** Each line that is deployed. */
  Collection<LineStats> lines();

  /** How many lines the configuration wants. */
  int linesConfigured();

  Collection<IngestStats> ingest();

  /** Of the outbox that takes records now; null as long as none is open. */
  @Nullable OutboxStats outbox();

  /** Where records are kept; null as long as that is not open. */
  @Nullable StorageStats storage();

  /** Null where nothing is kept. */
  default @Nullable DeadLetterStats deadLetters() {
    return null;
  }

  Collection<UplinkStats> uplinks();

  /** What platforms wanted beside single writes; null where nothing can come. */
  default @Nullable RequestStats requests() {
    return null;
  }

  /** What came down; null where nothing can. */
  default @Nullable CommandStats commands() {
    return null;
  }
}

package dev.sluice.gateway.observe;

import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.outbox.OutboxStats;
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

  /** Null as long as it is not open. */
  @Nullable OutboxStats outbox();

  Collection<UplinkStats> uplinks();
}

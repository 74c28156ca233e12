package dev.sluice.gateway.observe;

import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.uplink.UplinkStats;
import java.util.List;

/** A running gateway as it can be watched. Each method gives a snapshot, from any thread. */
public interface Observed {

  List<LineStats> lines();

  List<IngestStats> ingest();

  OutboxStats outbox();

  List<UplinkStats> uplinks();

  /** Whether the wall clock is trusted. */
  boolean clockTrusted();
}

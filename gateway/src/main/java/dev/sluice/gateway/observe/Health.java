package dev.sluice.gateway.observe;

import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.outbox.StorageStats;
import dev.sluice.gateway.uplink.UplinkStats;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Whether the gateway lives and whether it does its work. An uplink that is down is told and makes
 * it neither dead nor unready: restarting the gateway would not bring it back. Thread-safe.
 */
public final class Health {

  /**
   * An answer.
   *
   * @param ok whether all is well
   * @param body what is and what is not
   */
  public record Answer(boolean ok, JsonObject body) {}

  private final Sources sources;
  private final LoopWatch loops;

  public Health(Sources sources, LoopWatch loops) {
    this.sources = sources;
    this.loops = loops;
  }

  /** Whether the event loops answer. */
  public Answer live() {
    int stalled = loops.stalled();
    return new Answer(
        stalled == 0,
        new JsonObject()
            .put("live", stalled == 0)
            .put("eventLoops", loops.loops())
            .put("stalled", stalled));
  }

  /** Whether the outbox is open and every configured line is deployed. */
  public Answer ready() {
    OutboxStats outbox = sources.outbox();
    int configured = sources.linesConfigured();
    int deployed = sources.lines().size();
    boolean ready = outbox != null && deployed >= configured;
    var uplinks = new JsonObject();
    for (UplinkStats uplink : sources.uplinks()) {
      boolean failing = uplink.state() != UplinkStats.State.CONNECTED && !uplink.reason().isEmpty();
      uplinks.put(uplink.id(), failing ? uplink.reason() : uplink.state().word());
    }
    return new Answer(
        ready,
        new JsonObject()
            .put("ready", ready)
            .put("outbox", outbox == null ? "not open" : word(outbox, sources.storage()))
            .put("lines", new JsonObject().put("configured", configured).put("deployed", deployed))
            .put("uplinks", uplinks));
  }

  /** Without a disk it does its work all the same. */
  private static String word(OutboxStats outbox, @Nullable StorageStats storage) {
    return storage != null && !storage.durable()
        ? "in memory: " + storage.reason()
        : outbox.writable() ? "open" : "failing";
  }
}

package dev.sluice.gateway.observe;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.acquire.BusTime;
import dev.sluice.gateway.acquire.Commitment;
import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.outbox.StorageStats;
import dev.sluice.gateway.uplink.UplinkFlow;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway is, in words and numbers: for a person with a browser, and for scripts. The names
 * of the fields stay; new ones may come. What they mean is in the gateway's README. Thread-safe.
 */
public final class Status {

  private static final double NANOS = 1e9;

  private final Sources sources;
  private final TimeSource time;
  private final String version;

  /**
   * The status of one gateway.
   *
   * @param version of the program
   */
  public Status(Sources sources, TimeSource time, String version) {
    this.sources = sources;
    this.time = time;
    this.version = version;
  }

  /** A snapshot of now. Takes milliseconds with many devices, so not for an event loop. */
  public JsonObject now() {
    var lines = new JsonObject();
    sources.lines().forEach(line -> lines.put(line.id(), line(line)));
    var uplinks = new JsonObject();
    sources.uplinks().forEach(uplink -> uplinks.put(uplink.id(), uplink(uplink)));
    return new JsonObject()
        .put("gateway", gateway())
        .put("lines", lines)
        .put("uplinks", uplinks)
        .put("outbox", outbox(sources.outbox(), sources.storage()));
  }

  private JsonObject gateway() {
    return new JsonObject()
        .put("id", sources.gateway())
        .put("version", version)
        .put("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1_000)
        .put("time", time.instant().toString())
        .put("clock", time.trusted() ? "trusted" : "untrusted");
  }

  private JsonObject line(LineStats line) {
    LineStats.Polls polls = line.polls();
    var devices = new JsonObject();
    line.devices().forEach(device -> devices.put(device.id(), device(device)));
    var failed = new TreeMap<String, Object>();
    polls.failed().forEach((kind, count) -> failed.put(word(kind), count));
    var json =
        new JsonObject()
            .put("driver", line.driver())
            .put("state", line.connected() ? "connected" : "down")
            .put("reason", line.reason());
    since(line.changedNanos(), json);
    return json.put("connects", line.connects())
        .put("connect_failures", line.connectFailures())
        .put("speed", line.speed())
        .put("bus_seconds", bus(line.bus()))
        .put("commitment", commitment(line.commitment()))
        .put(
            "polls",
            new JsonObject()
                .put("answered", polls.answered())
                .put("failed", new JsonObject(failed))
                .put("retried", polls.retried())
                .put("probes", polls.probes())
                .put("late", polls.late())
                .put("skipped_late", polls.skippedLate())
                .put("skipped_no_room", polls.skippedNoPermit()))
        .put(
            "writes",
            new JsonObject()
                .put("done", line.writes().done())
                .put("failed", line.writes().failed())
                .put("refused", line.writes().refused()))
        .put("events", counts(line.events()))
        .put("devices", devices);
  }

  private static JsonObject bus(LineStats.BusUse use) {
    var json = new JsonObject();
    for (BusTime cause : BusTime.values()) {
      json.put(word(cause), use.spentNanos().getOrDefault(cause, 0L) / NANOS);
    }
    return json.put("idle", use.idleNanos() / NANOS);
  }

  private static JsonObject commitment(LineStats.Committed committed) {
    var behind = new JsonArray();
    for (Commitment.Behind group : committed.behind()) {
      behind.add(
          new JsonObject()
              .put("every_seconds", group.every().toMillis() / 1e3)
              .put("can_hold_seconds", group.canHold().toMillis() / 1e3)
              .put("devices", new JsonArray(group.devices())));
    }
    return new JsonObject()
        .put("percent", Math.round(committed.share() * 1_000) / 10.0)
        .put("words", committed.words())
        .put("cannot_hold", behind);
  }

  private JsonObject device(LineStats.DeviceStats device) {
    boolean unknown = !device.up() && device.reason().equals("unknown");
    LineStats.Rtt rtt = device.rtt();
    var json =
        new JsonObject()
            .put("state", device.up() ? "up" : unknown ? "unknown" : "down")
            .put("reason", unknown ? "" : device.reason());
    since(device.changedNanos(), json);
    return json.put("answered", device.answered())
        .put("failed", device.failed())
        .put(
            "reply_seconds",
            new JsonObject()
                .put("last", rtt.lastNanos() / NANOS)
                .put("min", rtt.minNanos() / NANOS)
                .put("max", rtt.maxNanos() / NANOS)
                .put(
                    "mean",
                    device.answered() == 0 ? 0.0 : rtt.sumNanos() / NANOS / device.answered()))
        .put("failures", counts(device.failures()))
        .put("events", counts(device.events()))
        .put("notes", new JsonObject(new TreeMap<String, Object>(device.notes())));
  }

  /** Measured by the monotonic clock: a wall clock that was set meanwhile changes nothing. */
  private void since(long changedNanos, JsonObject json) {
    double seconds = Math.max(0, time.nanoTime() - changedNanos) / NANOS;
    json.put("since", Instant.ofEpochMilli(time.wallMillisAt(changedNanos)).toString())
        .put("since_seconds", Math.round(seconds * 10) / 10.0);
  }

  private JsonObject uplink(UplinkStats uplink) {
    return new JsonObject()
        .put("connected", uplink.state() == UplinkStats.State.CONNECTED)
        .put("state", uplink.state().word())
        .put("reason", uplink.reason())
        .put("detail", uplink.detail())
        .put("server", uplink.server().index())
        .put("servers", uplink.server().count())
        .put("address", uplink.server().address())
        .put("loopback", uplink.server().loopback())
        .put(
            "last_connect",
            uplink.lastConnectMillis() == 0
                ? null
                : Instant.ofEpochMilli(uplink.lastConnectMillis()).toString())
        .put("lag_seconds", uplink.lagMillis() < 0 ? null : uplink.lagMillis() / 1e3)
        .put("unacknowledged_records", uplink.backlog())
        .put("in_flight_messages", uplink.inFlightMessages())
        .put("acknowledged_records", uplink.ackedRecords())
        .put("refused_records", uplink.refused())
        .put("failures", counts(uplink.failures()))
        .put("published_bytes", uplink.publishedBytes())
        .put("resent_messages", uplink.resent())
        .put("low_seq", uplink.flow().low())
        .put("lanes", lanes(uplink.flow()))
        .put("gaps", counts(uplink.flow().gaps()))
        .put("gap_readings", counts(uplink.flow().gapReadings()))
        .put("throttled_seconds", uplink.flow().throttledNanos() / NANOS)
        .put("pace_messages_per_second", uplink.flow().pace())
        .put("inbound", counts(uplink.flow().inbound()))
        .put("complaints", counts(uplink.complaints()))
        .put("credentials", credentials(uplink.credentials()));
  }

  private static JsonObject credentials(CredentialStats is) {
    var certificates = new JsonObject();
    for (CredentialStats.Certificate one : is.certificates()) {
      certificates.put(
          one.whose(),
          new JsonObject()
              .put("subject", one.subject())
              .put("expires", Instant.ofEpochMilli(one.expiresMillis()).toString())
              .put("expires_in_seconds", one.leftMillis() / 1_000));
    }
    return new JsonObject()
        .put("problem", is.problem())
        .put("newest_refused", is.rejected())
        .put("reloads", is.reloads())
        .put("rollbacks", is.rollbacks())
        .put("certificates", certificates);
  }

  private static JsonObject lanes(UplinkFlow flow) {
    return new JsonObject()
        .put("live", lane(flow.liveBacklog(), flow.liveRecords()))
        .put("history", lane(flow.historyBacklog(), flow.historyRecords()));
  }

  private static JsonObject lane(long left, long done) {
    return new JsonObject().put("unacknowledged_records", left).put("acknowledged_records", done);
  }

  private static @Nullable JsonObject outbox(
      @Nullable OutboxStats outbox, @Nullable StorageStats storage) {
    return outbox == null || storage == null
        ? null
        : new JsonObject()
            .put("mode", storage.durable() ? "durable" : "volatile")
            .put("reason", storage.reason())
            .put("hint", storage.hint())
            .put("directory", storage.directory())
            .put("stream", storage.stream())
            .put(
                "memory",
                new JsonObject()
                    .put("entered", storage.entered())
                    .put("bytes", storage.bytes())
                    .put("records", storage.records())
                    .put("lost_records", storage.lost().values().stream().mapToLong(n -> n).sum()))
            .put("writable", outbox.writable())
            .put("bytes", outbox.bytes())
            .put("records", outbox.records())
            .put("unsynced_seconds", outbox.unsyncedNanos() / NANOS)
            .put("unsynced_records", outbox.pending())
            .put("evicted_records", outbox.evictedRecords())
            .put("evicted_readings", outbox.evictedReadings())
            .put("gaps", outbox.gaps());
  }

  private static JsonObject counts(Map<String, Long> counts) {
    return new JsonObject(new TreeMap<String, Object>(counts));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

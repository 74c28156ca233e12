package dev.sluice.gateway.observe;

import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.acquire.LineStats.DeviceStats;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.uplink.UplinkStats;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;

/**
 * The gateway in numbers, for Prometheus. Stages count by themselves; here their snapshots are taken
 * once per scrape. Labels are lines, devices, uplinks and small sets of words, never points.
 * Thread-safe.
 */
public final class Metrics {

  private static final double NANOS = 1e9;

  private final Observed gateway;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MeterSet<LineStats> lines = lines();
  private final MeterSet<DeviceStats> devices = devices();
  private final MeterSet<IngestStats> ingest = ingest();
  private final MeterSet<OutboxStats> outbox = outbox();
  private final MeterSet<UplinkStats> uplinks = uplinks();
  private final MeterSet<Observed> process;

  /**
   * Metrics of a gateway.
   *
   * @param loops watches its event loops
   */
  public Metrics(Observed gateway, LoopWatch loops) {
    this.gateway = gateway;
    this.process =
        new MeterSet<Observed>(registry, all -> Tags.empty())
            .gauge(
                "sluice.clock.trusted",
                "1 if the wall clock is trusted",
                all -> all.clockTrusted() ? 1 : 0)
            .counter(
                "sluice.event.loop.blocked",
                "Times that an event loop came more than 20 ms late, pauses of the collector apart",
                all -> loops.blocked())
            .gauge(
                "sluice.event.loop.lag.max.seconds",
                "The latest that an event loop came in the last minute",
                all -> loops.maxLagNanos() / NANOS)
            .counter(
                "sluice.process.cpu.seconds",
                "CPU time of the process",
                all -> JvmFigures.cpuNanos() / NANOS)
            .gauge(
                "sluice.process.resident.bytes",
                "Resident memory of the process",
                all -> JvmFigures.residentBytes())
            .counter(
                "sluice.gc.pause.seconds",
                "Time in collections",
                all -> JvmFigures.gcMillis() / 1e3);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Everything, in Prometheus' text format. May read small files of the system. */
  public synchronized String scrape() {
    List<LineStats> lineStats = gateway.lines();
    lines.refresh(lineStats);
    devices.refresh(lineStats.stream().flatMap(line -> line.devices().stream()).toList());
    ingest.refresh(List.of(IngestTotals.of(gateway.ingest())));
    outbox.refresh(List.of(gateway.outbox()));
    uplinks.refresh(gateway.uplinks());
    process.refresh(List.of(gateway));
    return registry.scrape();
  }

  private MeterSet<LineStats> lines() {
    return new MeterSet<LineStats>(registry, line -> Tags.of("line", line.id()))
        .gauge(
            "sluice.line.connected", "1 if polls can be run", line -> line.connected() ? 1 : 0)
        .counter("sluice.line.connects", "Successful connects", LineStats::connects)
        .counter("sluice.line.connect.failures", "Failed connects", LineStats::connectFailures)
        .counter("sluice.line.polls", "Polls that brought values", l -> l.polls().answered())
        .counters(
            "sluice.line.polls.failed",
            "Polls that brought none, each attempt, by reason",
            "reason",
            l -> l.polls().failed())
        .counter("sluice.line.polls.retried", "Attempts after a failed one", l -> l.polls().retried())
        .counter("sluice.line.probes", "Polls of silent devices", l -> l.polls().probes())
        .counters(
            "sluice.line.polls.skipped",
            "Cycles that passed without their poll, by reason",
            "reason",
            l ->
                Map.of(
                    "late", l.polls().skippedLate(), "no_permit", l.polls().skippedNoPermit()))
        .counter("sluice.line.sent.bytes", "Sent by answered polls", l -> l.polls().bytesOut())
        .counter("sluice.line.received.bytes", "Received by them", l -> l.polls().bytesIn())
        .counter(
            "sluice.line.round.trip.seconds",
            "Sum over answered polls, from the end of the request to the last byte",
            l -> l.polls().rttNanos() / NANOS)
        .counter("sluice.line.readings", "Readings taken by a batcher", l -> l.handed().admitted())
        .counters(
            "sluice.line.readings.refused",
            "Readings no batcher took, so lost, by reason",
            "reason",
            l -> l.handed().refused())
        .counters("sluice.line.events", "What the driver counts", "event", LineStats::events);
  }

  private MeterSet<DeviceStats> devices() {
    return new MeterSet<DeviceStats>(registry, device -> Tags.of("device", device.id()))
        .gauge("sluice.device.up", "1 if it answers", device -> device.up() ? 1 : 0)
        .counter("sluice.device.answers", "Polls and messages with values", DeviceStats::answered)
        .counter("sluice.device.failures", "Polls without, after all retries", DeviceStats::failed)
        .gauge(
            "sluice.device.round.trip.seconds",
            "Of the last answered poll",
            device -> device.rttNanos() / NANOS);
  }

  private MeterSet<IngestStats> ingest() {
    return new MeterSet<IngestStats>(registry, all -> Tags.empty())
        .counter("sluice.batch.readings.in", "Readings admitted", IngestStats::readingsIn)
        .counter("sluice.batch.readings", "Readings put into records", IngestStats::readingsOut)
        .counters(
            "sluice.batch.readings.suppressed",
            "Readings not worth sending, by reason",
            "reason",
            all ->
                Map.of(
                    "deadband", all.unmoved(),
                    "min_interval", all.tooSoon(),
                    "still_bad", all.repeated()))
        .counters(
            "sluice.batch.readings.bad",
            "Readings in records that are not good, by quality",
            "quality",
            IngestStats::doubtful)
        .counters(
            "sluice.batch.readings.refused",
            "Readings refused, by reason",
            "reason",
            IngestStats::refusedReadings)
        .counters(
            "sluice.batch.readings.lost",
            "Readings admitted and lost, by reason",
            "reason",
            IngestStats::lostReadings)
        .counter("sluice.batch.records", "Data records made durable", IngestStats::records)
        .counter("sluice.batch.raw.bytes", "Before compression", IngestStats::rawBytes)
        .counter("sluice.batch.packed.bytes", "After compression", IngestStats::compressedBytes)
        .gauge(
            "sluice.batch.pending.bytes", "Admitted, not durable", IngestStats::pendingBytes)
        .gauge("sluice.batch.waiting.blocks", "Without permit yet", IngestStats::waitingBlocks);
  }

  private MeterSet<OutboxStats> outbox() {
    return new MeterSet<OutboxStats>(registry, all -> Tags.empty())
        .gauge("sluice.outbox.writable", "1 if the last commit succeeded", o -> o.writable() ? 1 : 0)
        .gauge("sluice.outbox.records", "Records on disk", OutboxStats::records)
        .gauge("sluice.outbox.segments", "Files on disk", OutboxStats::segments)
        .gauge("sluice.outbox.bytes", "Their size", OutboxStats::bytes)
        .gauge("sluice.outbox.pending.bytes", "Not yet durable", OutboxStats::pendingBytes)
        .gauge(
            "sluice.outbox.unsynced.seconds",
            "Age of the oldest record that is not durable yet",
            o -> o.unsyncedNanos() / NANOS)
        .counter("sluice.outbox.appended.records", "Made durable", OutboxStats::appended)
        .counter("sluice.outbox.appended.bytes", "Their payload", OutboxStats::appendedBytes)
        .counter("sluice.outbox.fsyncs", "Of files and the directory", OutboxStats::fsyncs)
        .counter("sluice.outbox.refused.records", "Not accepted", OutboxStats::refused)
        .counter("sluice.outbox.evicted.records", "Dropped by a bound", OutboxStats::evictedRecords)
        .counter("sluice.outbox.evicted.readings", "In them", OutboxStats::evictedReadings)
        .counter("sluice.outbox.gaps", "Gap records", OutboxStats::gaps)
        .counter("sluice.outbox.corrupt.records", "Lost to damage", OutboxStats::corruptRecords)
        .counter("sluice.outbox.damaged.files", "Set aside", OutboxStats::damagedFiles)
        .counter("sluice.outbox.poisoned.segments", "Given up", OutboxStats::poisonedSegments)
        .counter("sluice.outbox.failures", "Failed disk operations", OutboxStats::failures)
        .counter("sluice.outbox.cursor.merges", "Ranges merged", OutboxStats::cursorMerges)
        .counter("sluice.outbox.cursors.lost", "Begun afresh", OutboxStats::lostCursors);
  }

  private MeterSet<UplinkStats> uplinks() {
    return new MeterSet<UplinkStats>(registry, uplink -> Tags.of("uplink", uplink.id()))
        .gauge(
            "sluice.uplink.connected",
            "1 if connected",
            u -> u.state() == UplinkStats.State.CONNECTED ? 1 : 0)
        .counter("sluice.uplink.attempts", "Attempts to connect", UplinkStats::attempts)
        .counter("sluice.uplink.connects", "Successful ones", UplinkStats::connects)
        .counters(
            "sluice.uplink.failures", "Attempts and connections, by reason", "reason",
            UplinkStats::failures)
        .counter("sluice.uplink.published.messages", "Handed over", UplinkStats::published)
        .counter("sluice.uplink.published.bytes", "Their payload", UplinkStats::publishedBytes)
        .counter("sluice.uplink.acked.messages", "Acknowledged", UplinkStats::acked)
        .counter("sluice.uplink.acked.records", "Completely", UplinkStats::ackedRecords)
        .counter("sluice.uplink.resent.messages", "Duplicates", UplinkStats::resent)
        .counter("sluice.uplink.stray.acks", "For nothing in flight", UplinkStats::strayAcks)
        .counter("sluice.uplink.refused.records", "Set aside", UplinkStats::refused)
        .counter("sluice.uplink.oversize.values", "Too large for a message", UplinkStats::losses)
        .counter("sluice.uplink.read.failures", "Of the outbox", UplinkStats::readFailures)
        .gauge("sluice.uplink.in.flight.messages", "Now", UplinkStats::inFlightMessages)
        .gauge("sluice.uplink.in.flight.bytes", "Now", UplinkStats::inFlightBytes)
        .gauge("sluice.uplink.backlog.records", "Not acknowledged", UplinkStats::backlog)
        .gauge(
            "sluice.uplink.lag.seconds",
            "Age of the oldest of them; below 0 when not known",
            u -> u.lagMillis() / 1e3);
  }
}

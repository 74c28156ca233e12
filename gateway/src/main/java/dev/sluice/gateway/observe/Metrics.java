package dev.sluice.gateway.observe;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The metrics of the gateway in the text format of Prometheus. Thread-safe. */
public final class Metrics {

  /** What {@link #scrape()} gives. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Samples samples = new Samples(registry);
  private final ProcessMeters process = new ProcessMeters();
  private final Sources sources;
  private final LoopWatch loops;
  private final String version;

  /**
   * Metrics of one gateway.
   *
   * @param version of the program, as a label of {@code sluice_build}
   */
  public Metrics(Sources sources, LoopWatch loops, String version) {
    this.sources = sources;
    this.loops = loops;
    this.version = version;
  }

  /**
   * Takes a snapshot of everything and writes it down. Takes milliseconds with many devices, so not
   * for an event loop.
   */
  public synchronized String scrape() {
    samples.gauge("sluice.build.info", "", "Always 1.", 1, "version", version);
    LineMeters.tell(sources.lines(), samples);
    StoreMeters.tell(sources.ingest(), sources.outbox(), samples);
    StorageMeters.tell(sources.storage(), samples);
    DeadLetterMeters.tell(sources.deadLetters(), samples);
    UplinkMeters.tell(sources.uplinks(), samples);
    CommandMeters.tell(sources.commands(), samples);
    CommandMeters.tell(sources.requests(), samples);
    loops.tell(samples);
    process.tell(samples);
    samples.end();
    return registry.scrape();
  }
}

package dev.sluice.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private final Plant plant = new Plant();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private LoopWatch loops;
  private Metrics metrics;

  @BeforeEach
  void start() throws Exception {
    loops = LoopWatch.start(vertx, 2).toCompletionStage().toCompletableFuture().get();
    metrics = new Metrics(plant, loops, "1.2.3");
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  @Test
  void aScrapeHasEverythingWithItsUnit() {
    assertThat(metrics.scrape())
        .contains(
            "# HELP sluice_outbox_unsynced_seconds ", "# TYPE sluice_line_polls_total counter")
        .contains("sluice_build_info{version=\"1.2.3\"} 1")
        .contains("sluice_line_connected{driver=\"modbus\",line=\"plc-1\"} 1.0")
        .contains("sluice_line_polls_total{line=\"plc-1\",result=\"ok\"} 100.0")
        .contains("sluice_line_polls_total{line=\"plc-1\",result=\"timeout\"} 4.0")
        .contains("sluice_line_polls_total{line=\"plc-1\",result=\"line_down\"} 0.0")
        .contains("sluice_line_polls_skipped_total{line=\"plc-1\",reason=\"no_permit\"} 6.0")
        .contains("sluice_line_bytes_total{direction=\"in\",line=\"plc-1\"} 2500.0")
        .contains("sluice_line_events_total{event=\"late_reply\",line=\"plc-1\"} 8.0")
        .contains("sluice_line_readings_total{line=\"plc-1\",result=\"batch_full\"} 7.0")
        .contains("sluice_device_up{device=\"meter-2\",line=\"bus-a\"} 0.0")
        .contains("sluice_batch_readings_total{result=\"batched\"} 120.0")
        .contains("sluice_batch_readings_refused_total{reason=\"batch_full\"} 14.0")
        .contains("sluice_outbox_unsynced_seconds 0.25")
        .contains("sluice_outbox_bytes 16384.0")
        .contains("sluice_outbox_evicted_records_total 3.0")
        .contains("sluice_outbox_backlog_records{uplink=\"cloud\"} 12.0")
        .contains("sluice_uplink_connected{uplink=\"cloud\"} 1.0")
        .contains("sluice_uplink_published_messages_total{uplink=\"cloud\"} 50.0")
        .contains("sluice_uplink_acked_messages_total{uplink=\"cloud\"} 48.0")
        .contains("sluice_uplink_resent_messages_total{uplink=\"cloud\"} 2.0")
        .contains("sluice_uplink_in_flight_messages{uplink=\"cloud\"} 2.0")
        .contains(
            "sluice_uplink_failures_total{reason=\"connection_refused\",uplink=\"cloud\"} 1.0")
        .contains("sluice_uplink_backlog_records{uplink=\"cloud\"} 12.0")
        .contains("sluice_uplink_lag_seconds{uplink=\"cloud\"} 1.5")
        .contains("sluice_event_loop_blocked_total", "sluice_event_loop_lag_max_seconds")
        .contains("sluice_jvm_heap_used_bytes", "sluice_jvm_gc_seconds_total", "sluice_jvm_threads")
        .containsPattern("sluice_process_cpu_seconds_total [0-9.E]+")
        .containsPattern("sluice_process_resident_bytes [1-9][0-9.E]+");
  }

  @Test
  void everySeriesIsOurs() {
    assertThat(metrics.scrape().lines().filter(l -> !l.startsWith("#")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("sluice_"));
  }

  @Test
  void whatIsRemovedLeavesTheMetricsAndComesBack() {
    assertThat(metrics.scrape()).contains("line=\"bus-a\"");
    var gone = plant.lines.remove(1);
    assertThat(metrics.scrape()).doesNotContain("line=\"bus-a\"").contains("line=\"plc-1\"");
    plant.lines.add(gone);
    assertThat(metrics.scrape())
        .contains("sluice_line_connected{driver=\"modbus\",line=\"bus-a\"}");
  }

  @Test
  void anOutboxThatIsNotOpenHasNoMetrics() {
    plant.outbox = null;
    plant.storage = null;

    assertThat(metrics.scrape()).doesNotContain("sluice_outbox_").contains("sluice_uplink_");
  }

  @Test
  void withoutADiskTheModeSaysSo() {
    assertThat(metrics.scrape())
        .contains("sluice_outbox_mode{mode=\"durable\"} 1.0")
        .contains("sluice_outbox_mode{mode=\"volatile\"} 0.0");
    plant.storage = Plant.inMemory("read-only");

    assertThat(metrics.scrape())
        .contains("sluice_outbox_mode{mode=\"durable\"} 0.0")
        .contains("sluice_outbox_mode{mode=\"volatile\"} 1.0")
        .contains("sluice_outbox_memory_lost_records_total{reason=\"bytes\"} 5.0");
  }

  @Test
  void anEventLoopThatIsHeldUpIsCounted() throws Exception {
    double before = blocked();
    var held = new CountDownLatch(1);
    vertx.runOnContext(
        nothing -> {
          long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(120);
          while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
          }
          // The probe's own timer is behind this one.
          vertx.setTimer(30, id -> held.countDown());
        });
    assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();

    assertThat(blocked()).isGreaterThan(before);
    assertThat(loops.stalled()).isZero();
  }

  private double blocked() {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith("sluice_event_loop_blocked_total "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
        .sum();
  }
}

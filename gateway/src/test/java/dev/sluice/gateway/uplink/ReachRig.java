package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An uplink over an outbox in memory, to wherever a test wants. */
final class ReachRig implements AutoCloseable {

  final FakeOutbox outbox = new FakeOutbox();
  final Vertx vertx;
  private UplinkVerticle uplink;
  private String deployment;

  ReachRig(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Quick ones: 2 s of keep-alive, 1.5 s to acknowledge, pauses of at most 50 ms. */
  static LinkOptions link(String url, TlsOptions tls, Duration stableAfter, Reach reach) {
    Duration connect = Duration.ofSeconds(3);
    return link(
        url, tls, Duration.ofSeconds(2), connect, Duration.ofMillis(1_500), stableAfter, reach);
  }

  /** For connections that are counted: a slow machine makes no more of them. */
  static LinkOptions patient(String url, Duration ackTimeout, Duration stableAfter, Reach reach) {
    Duration connect = Duration.ofSeconds(15);
    return link(url, null, Duration.ofSeconds(30), connect, ackTimeout, stableAfter, reach);
  }

  private static LinkOptions link(
      String url,
      TlsOptions tls,
      Duration keepAlive,
      Duration connectTimeout,
      Duration ackTimeout,
      Duration stableAfter,
      Reach reach) {
    return new LinkOptions(
        URI.create(url),
        "client",
        null,
        null,
        null,
        tls,
        8,
        1 << 20,
        128 << 10,
        keepAlive,
        connectTimeout,
        ackTimeout,
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        stableAfter,
        reach);
  }

  static Reach alternates(String... urls) {
    return new Reach(List.of(urls).stream().map(URI::create).toList(), null, false);
  }

  static UplinkOptions options(LinkOptions link) {
    return new UplinkOptions(
        "cloud",
        "plant-7",
        new MqttOptions(
            "site/{gateway}/readings", Form.JSON, Compression.NONE, "site/{gateway}/status"),
        link,
        5,
        FlowOptions.DEFAULTS);
  }

  void start(LinkOptions link) throws Exception {
    uplink =
        new UplinkVerticle(
            options(link),
            outbox,
            () -> "S1",
            outbox::append,
            null,
            BareSite.bare(),
            new Monotonic(),
            Seed.random());
    deployment =
        vertx
            .deployVerticle(uplink)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  /** Between two things that the uplink does: its figures are of one moment. */
  UplinkStats stats() throws Exception {
    return outbox.after(uplink::stats);
  }

  UplinkStats await(String what, Predicate<UplinkStats> condition) throws Exception {
    UplinkStats stats = stats();
    for (int i = 0; i < 2_000 && !condition.test(stats); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // a snapshot tells no one that it changed
      stats = stats();
    }
    assertThat(stats).as(what).matches(condition);
    return stats;
  }

  /** Waits until the records 1 to this one are acknowledged, once each. */
  void awaitAcked(int last) throws Exception {
    Set<Long> acked = new LinkedHashSet<>();
    while (acked.size() < last) {
      Long seq = outbox.acked.poll(15, TimeUnit.SECONDS);
      assertThat(seq).as("after %s, %s", acked, uplink.stats()).isNotNull().isPositive();
      acked.add(seq);
    }
    var all = new HashSet<Long>();
    for (long seq = 1; seq <= last; seq++) {
      all.add(seq);
    }
    assertThat(acked).isEqualTo(all);
  }

  @Override
  public void close() {
    if (deployment != null) {
      vertx
          .undeploy(deployment)
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
    }
  }
}

package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.WriteOutcome;
import dev.sluice.gateway.command.WriteRequest;
import dev.sluice.gateway.uplink.sparkplug.StrictHost;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.tahu.message.model.EdgeNodeDescriptor;
import org.eclipse.tahu.message.model.MessageType;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.message.model.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Edge Node at a real broker, before the host application of Eclipse Tahu and a strict one. */
class SparkplugHostTest {

  private static final boolean LONG = Boolean.getBoolean("sluice.long");
  private static final Duration LIMIT = Duration.ofSeconds(LONG ? 1 : 10);
  private static final long OUTAGE_MILLIS = LONG ? 60_000 : 400;

  /** Two rounds of seq at the least. */
  private static final int READINGS = LONG ? 5_000 : 520;

  @TempDir Path directory;

  private static Topic topic(MessageType type) {
    return new Topic("spBv1.0", new EdgeNodeDescriptor("plant", "edge-1"), type);
  }

  private static SparkplugBPayload command(String name, MetricDataType type, Object value)
      throws Exception {
    var metric = new Metric.MetricBuilder(name, type, value).timestamp(new Date()).createMetric();
    return new SparkplugBPayload(new Date(), List.of(metric));
  }

  @Test
  void aHostAcceptsBirthsDataRebirthsCommandsAndDeaths() throws Exception {
    BlockingQueue<WriteRequest> asked = new LinkedBlockingQueue<>();
    Commands commands =
        request -> {
          asked.add(request);
          return Future.succeededFuture(new WriteOutcome(WriteOutcome.Result.DONE, ""));
        };
    try (var site = new SparkplugSite(directory, TahuHost.ID, commands);
        var host = new TahuHost(site.port())) {
      site.device("meter", true);
      site.start();
      SparkplugSite.until(
          "held for the host", () -> site.stats().state() == UplinkStats.State.HELD);
      assertThat(site.stats().detail()).isEqualTo("primary host scada is offline");
      assertThat(site.strict.events()).isEmpty();
      host.start();
      SparkplugSite.until("born at the host", () -> host.events.contains("onDeviceBirthComplete"));

      site.read("meter", READINGS);
      SparkplugSite.until("all data at the host", () -> host.dataMetrics.get() >= READINGS);
      assertThat(site.strict.births()).as("no rebirth was asked for").isEqualTo(1);

      // The whole sequence anew, soon and under load.
      long before = System.nanoTime();
      host.application.publishCommand(
          topic(MessageType.NCMD), command("Node Control/Rebirth", MetricDataType.Boolean, true));
      while (site.strict.births() < 2 && System.nanoTime() - before < 20_000_000_000L) {
        site.read("meter", 1);
      }
      var took = Duration.ofNanos(System.nanoTime() - before);
      System.out.println("rebirth under load: after " + took);
      assertThat(took).as("a second, and what a busy machine adds").isLessThan(LIMIT);
      assertThat(site.strict.bdSeq()).as("the same as before").isZero();

      host.application.publishCommand(
          new Topic("spBv1.0", "plant", "edge-1", "meter", MessageType.DCMD),
          command("count", MetricDataType.UInt32, 4_000_000_000L));
      WriteRequest request = asked.poll(10, TimeUnit.SECONDS);
      assertThat(request).isNotNull();
      assertThat(request.point()).isEqualTo("count");
      assertThat(request.value()).hasToString("4000000000");

      // A flap of the host with an old time is none.
      site.publish(
          "spBv1.0/STATE/scada",
          "{\"online\":false,\"timestamp\":1000}".getBytes(StandardCharsets.UTF_8),
          false);
      site.device("meter", false);
      SparkplugSite.until("dead at the host", () -> host.events.contains("onDeviceDeath"));
      assertThat(site.stats().state()).isEqualTo(UplinkStats.State.CONNECTED);
      site.device("meter", true);
      site.read("meter", 5);
      SparkplugSite.until("all at the strict host", () -> site.missing() == 0);

      SparkplugSite.until(
          "born again at the host",
          () -> host.events.stream().filter("onDeviceBirthComplete"::equals).count() == 3);
      assertThat(site.strict.births()).as("no rebirth but the one that was asked").isEqualTo(2);

      site.stop();
      SparkplugSite.until("node dead at the host", () -> host.events.contains("onNodeDeath"));
      assertThat(host.stale.get()).as("metrics marked stale").isPositive();
      // Each hears of it in its own time.
      SparkplugSite.until("dead at the strict host", () -> last(site).equals("NDEATH 0"));
      assertThat(site.strict.violations()).isEmpty();
    }
  }

  private static String last(SparkplugSite site) {
    List<String> events = site.strict.events();
    return events.get(events.size() - 1);
  }

  @Test
  void whatTheHostDidNotTakeIsSentAgainAsHistory() throws Exception {
    try (var site = new SparkplugSite(directory, TahuHost.ID, Commands.NONE)) {
      String state = "spBv1.0/STATE/scada";
      site.device("meter", true);
      site.publish(state, state(true, 1_000), true);
      site.start();
      site.read("meter", 50);
      SparkplugSite.until("data", () -> site.missing() == 0);
      site.publish(state, state(false, 1_000), true);
      SparkplugSite.until("death", () -> site.strict.events().contains("NDEATH 0"));
      long online = site.read("meter", 50);
      SparkplugSite.until("held again", () -> site.stats().state() == UplinkStats.State.HELD);
      assertThat(site.strict.events()).doesNotContain("NBIRTH 1");
      site.publish(state, state(true, 2_000), true);
      SparkplugSite.until("all of it", () -> site.missing() == 0);
      assertThat(site.strict.violations()).isEmpty();
      assertThat(site.strict.readings())
          .filteredOn(reading -> ((Long) reading.value()) > online - 50)
          .isNotEmpty()
          .allMatch(StrictHost.Reading::historical);
      site.stop();
    }
  }

  private static byte[] state(boolean online, long timestamp) {
    return ("{\"online\":" + online + ",\"timestamp\":" + timestamp + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anOutageOfTheBrokerUnderLoadLosesNothingAndIsHistory() throws Exception {
    try (var site = new SparkplugSite(directory, "", Commands.NONE)) {
      // Through a gate: a host that comes back after the node has missed its births.
      Relay way = Relay.listen(site.vertx, 0);
      way.open(site.port());
      site.device("meter", true);
      site.start(way.port());
      site.read("meter", 100);
      SparkplugSite.until("data", () -> site.missing() == 0);
      way.open(0);
      site.stopBroker();
      SparkplugSite.until("noticed", () -> site.stats().state() != UplinkStats.State.CONNECTED);
      long first = site.read("meter");
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(OUTAGE_MILLIS);
      while (System.nanoTime() < end) {
        site.read("meter", 1);
      }
      long last = site.read("meter");
      site.restartBroker();
      way.open(site.port());
      SparkplugSite.until("all of it", () -> site.missing() == 0);
      assertThat(site.strict.readings())
          .filteredOn(r -> ((Long) r.value()) >= first && ((Long) r.value()) <= last)
          .hasSizeGreaterThanOrEqualTo((int) (last - first) + 1)
          .allMatch(StrictHost.Reading::historical);
      assertThat(site.strict.violations()).isEmpty();
      site.stop();
    }
  }

  /**
   * As when the process is killed: the broker says the will, and the next birth has a new number.
   */
  @Test
  void aConnectionThatBreaksIsADeathOfThatBirth() throws Exception {
    try (var site = new SparkplugSite(directory, "", Commands.NONE)) {
      Relay way = Relay.listen(site.vertx, 0);
      way.open(site.port());
      site.device("meter", true);
      site.start(way.port());
      SparkplugSite.until("birth", () -> site.strict.events().contains("DBIRTH meter"));
      way.cut();
      SparkplugSite.until("second birth", () -> site.strict.events().contains("NBIRTH 1"));
      assertThat(site.strict.events()).contains("NDEATH 0");
      assertThat(site.strict.violations()).isEmpty();
      site.stop();

      // Another start goes on with the next number.
      site.start();
      SparkplugSite.until("after a restart", () -> site.strict.events().contains("NBIRTH 2"));
      site.stop();
      assertThat(site.strict.violations()).isEmpty();
    }
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.HostsFile;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.WireClient;
import dev.sluice.e2e.cloud.eventgrid.EventGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The settings of {@code mqtt} for Azure Event Grid, as its page has them, at a strict namespace.
 */
class EventGridTest {

  private static final String HOST = "plant.westeurope-1.ts.eventgrid.azure.net";
  private static final String NAME = "plant-7";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;

  private TestPki pki() {
    TestPki pki = TestPki.authority(directory);
    pki.client("client", NAME);
    pki.client("other", "plant-8");
    return pki;
  }

  /** What the page says, but for what exists here only. */
  private Path configuration(TestPki pki, LibmodbusServer server, Site site, String status)
      throws IOException {
    String page = Files.readString(Repository.file("gateway/connectors/event-grid.md"));
    Matcher block =
        Pattern.compile("<!-- configuration: event-grid -->\n```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(block.find()).isTrue();
    String yaml =
        block
            .group(1)
            .replace("host: 10.0.0.5", "host: 127.0.0.1, port: " + server.port())
            .replace(
                "voltage: { at: input 0, type: float32", "counter: { at: holding 0, type: uint32")
            .replace("every: 1s", "every: 50ms\n    timeout: 3s")
            .replace("/etc/sluice/client.pem", pki.certificate("client").toString())
            .replace("/etc/sluice/client.key", pki.key("client").toString())
            .replace("tls: {", "tls: { ca: " + pki.certificate("ca") + ",")
            .replace("compression: zstd", "compression: none")
            .replace("statusTopic: \"\"", "statusTopic: \"" + status + "\"");
    return site.write(
        yaml
            + "    backoffFirst: 200ms\n    backoffMax: 1s\n"
            + "batch: { linger: 50ms }\nclock: { trust: always }\nhttp: { port: "
            + site.httpPort()
            + " }\noutbox: { directory: \""
            + site.outbox()
            + "\" }\n");
  }

  private Distribution launch(EventGrid grid, Site site, Path configuration) {
    var hosts = HostsFile.write(directory.resolve("hosts"), Map.of(HOST, grid.address()));
    return Distribution.launch(
        site,
        configuration,
        List.of(ChildProcess.locate("env"), "SLUICE_JAVA=" + hosts.jvmOption()));
  }

  @Test
  void readingsArriveWithinItsLimitsAndThroughConnectionsThatItEnds() throws IOException {
    TestPki pki = pki();
    try (var grid = EventGrid.start(HOST, pki, false).client(NAME);
        var server = LibmodbusServer.start(1)) {
      var site = new Site(directory);
      try (var gateway = launch(grid, site, configuration(pki, server, site, ""))) {
        for (int i = 0; i < 3; i++) {
          awaitMessages(grid, 10);
          grid.emulation().disconnect(NAME, "maintenance");
        }
        awaitMessages(grid, 10);
        server.process().signal("STOP");
        Eventually.holds("all is acknowledged", LIMIT, () -> gateway.metric(Names.BACKLOG) == 0);
        gateway.stopInOrder();
      }
      assertThat(grid.emulation().connects().all())
          .hasSizeGreaterThan(3)
          .allSatisfy(
              fields -> {
                assertThat(fields.clientId()).isEqualTo(NAME);
                assertThat(fields.serverName()).isEqualTo(HOST);
                assertThat(fields.keepAliveSeconds()).isEqualTo(240);
                assertThat(fields.password()).isNull();
              });
      assertThat(grid.emulation().endings().all())
          .filteredOn(Ending::byUs)
          .extracting(Ending::reason)
          .containsExactly("maintenance", "maintenance", "maintenance");
      var ledger = new Ledger();
      for (Received message : grid.emulation().received().all()) {
        assertThat(message.topic()).isEqualTo("site/plant-7/readings");
        ledger.add(Message.parse(message.topic(), message.payload(), message.nanos()));
      }
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.missingPolls()).isEmpty();
      assertThat(ledger.violations()).isEmpty();
    }
  }

  private static void awaitMessages(EventGrid grid, int more) {
    int before = grid.emulation().received().size();
    Eventually.holds(
        more + " messages",
        LIMIT,
        () -> grid.emulation().received().size() >= before + more,
        () -> grid.emulation().endings().all().toString());
  }

  /** Why the page leaves the status out; where retained messages are stored it may come back. */
  @Test
  void aRetainedStatusIsForNamespacesThatStoreIt() throws IOException {
    TestPki pki = pki();
    try (var server = LibmodbusServer.start(1)) {
      var site = new Site(directory);
      Path configuration = configuration(pki, server, site, "site/{gateway}/status");
      try (var grid = EventGrid.start(HOST, pki, false).client(NAME);
          var gateway = launch(grid, site, configuration)) {
        grid.emulation().endings().await(LIMIT, end -> end.reason().contains("retained"));
        gateway.awaitLog("closed", 0, LIMIT);
        assertThat(grid.emulation().received().all()).isEmpty();
      }
      if (!TestRandom.LONG) {
        return; // the rest starts one more gateway
      }
      try (var grid = EventGrid.start(HOST, pki, true).client(NAME);
          var gateway = launch(grid, site, configuration)) {
        grid.emulation()
            .received()
            .await(LIMIT, message -> message.topic().equals("site/plant-7/status"));
        awaitMessages(grid, 5);
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void whoIsNotKnownIsRefusedAndWhatIsNotAllowedEndsTheConnection() {
    TestPki pki = pki();
    try (var grid = EventGrid.start(HOST, pki, false).client(NAME).client("plant-8")) {
      assertThat(connect(grid, pki, "", NAME, NAME)).isEqualTo(5);
      assertThat(connect(grid, pki, "client", NAME, "plant-9")).isEqualTo(5);
      assertThat(connect(grid, pki, "client", NAME, "plant-8")).isEqualTo(5);
      try (var client = WireClient.open(HOST, grid.address(), 8883, pki, "client")) {
        assertThat(client.connect("s", NAME, null)).isZero();
        assertThat(connect(grid, pki, "client", "t", NAME)).as("a second session").isEqualTo(5);
        assertThat(connect(grid, pki, "other", "s", "plant-8")).as("not its").isEqualTo(5);
        assertThat(client.publish("site/plant-7/a", "1", 1)).isNotEqualTo(WireClient.CLOSED);
        client.publish("site/plant-8/a", "1", 1);
        assertThat(client.isClosed()).isTrue();
      }
      for (String topic :
          List.of("site/plant-7/3/4/5/6/7/8/9", "site/plant-7/" + "x".repeat(250))) {
        try (var client = WireClient.open(HOST, grid.address(), 8883, pki, "client")) {
          assertThat(client.connect("s", NAME, null)).isZero();
          client.publish(topic, "1", 1);
          assertThat(client.isClosed()).as(topic).isTrue();
        }
      }
      try (var client = WireClient.open(HOST, grid.address(), 8883, pki, "client")) {
        assertThat(client.connect("s", NAME, null)).isZero();
        client.publish("site/plant-7/a", "1", 2);
        assertThat(client.isClosed()).as("QoS 2").isTrue();
      }
    }
  }

  private static int connect(EventGrid grid, TestPki pki, String identity, String id, String name) {
    try (var client = WireClient.open(HOST, grid.address(), 8883, pki, identity)) {
      return client.connect(id, name, null);
    }
  }
}

package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.acquire.AcquireOptions;
import dev.sluice.gateway.acquire.Deadband;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.batch.BatchOptions;
import dev.sluice.gateway.observe.http.HttpOptions;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.uplink.FlowOptions;
import dev.sluice.gateway.uplink.InboundOptions;
import dev.sluice.gateway.uplink.RateLimit;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import dev.sluice.gateway.uplink.connector.WatsonOptions;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

  private static final String SITE =
      """
      gateway: { id: plant-7 }
      lines:
        plc-1: { driver: modbus, tcp: { host: 10.0.0.5 } }
      devices:
        meter-1:
          line: plc-1
          unit: 3
          every: 2s
          points:
            voltage: { at: input 0, type: float32, unit: V, deadband: 0.50 }
            energy: { at: input 342, type: uint32, unit: kWh, scale: 0.10, every: 1m, deadband: 1 % }
      uplinks:
        cloud: { connector: mqtt, url: "ssl://broker.example:8883", topic: "site/{gateway}/readings" }
      """;

  @TempDir Path directory;

  @Test
  void aSiteBecomesWhatTheStagesTake() throws Exception {
    GatewayConfig config = Loading.load(directory, SITE).config();

    assertThat(config.gateway()).isEqualTo("plant-7");
    assertThat(config.lines())
        .singleElement()
        .satisfies(l -> assertThat(l.id()).isEqualTo("plc-1"));
    DeviceSpec meter = config.devices().get(0);
    assertThat(meter.line()).isEqualTo("plc-1");
    assertThat(meter.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(meter.retries()).isEqualTo(1);
    assertThat(meter.settings().json().getInteger("unit")).isEqualTo(3);
    assertThat(meter.settings().json().containsKey("points")).isFalse();
    assertThat(meter.settings().points().get(1).json().getString("at")).isEqualTo("input 342");
    assertThat(meter.points().get(0).every()).isEqualTo(Duration.ofSeconds(2));
    assertThat(meter.points().get(1).every()).isEqualTo(Duration.ofMinutes(1));
    PointRules energy = meter.points().get(1).rules();
    assertThat(energy.scale()).isEqualTo(new BigDecimal("0.1"));
    assertThat(energy.deadband()).isEqualTo(new Deadband(1, true));
    UplinkOptions cloud = config.uplinks().get(0);
    assertThat(cloud.commands()).as("closed by default").isFalse();
    assertThat(cloud.link().url()).isEqualTo(URI.create("ssl://broker.example:8883"));
    assertThat(cloud.link().clientId()).isEqualTo("plant-7-cloud");
    assertThat(cloud)
        .isEqualTo(
            UplinkOptions.of("cloud", "plant-7", cloud.link().url(), "site/{gateway}/readings"));
  }

  @Test
  void theBoundsOfAnUplinkAreRead() throws Exception {
    String bounded =
        SITE.replace("topic:", "paceFloor: 0, inbound: { maxBytes: 4KiB, rate: 7 }, topic:");
    FlowOptions flow = Loading.load(directory, bounded).config().uplinks().get(0).flow();
    assertThat(flow.paceFloor()).isZero();
    assertThat(flow.inbound()).isEqualTo(new InboundOptions(4_096, 7));
  }

  @Test
  void whatIsLeftOutHasTheDefaultsOfTheStages() throws Exception {
    GatewayConfig config = Loading.load(directory, "gateway: { id: plant-7 }").config();

    Path data = directory.resolve("sluice-data");
    assertThat(config.outbox()).isEqualTo(OutboxOptions.defaults(data.resolve("outbox")));
    assertThat(config.batch()).isEqualTo(BatchOptions.DEFAULTS);
    assertThat(config.http()).isEqualTo(HttpOptions.DEFAULTS);
    AcquireOptions acquire = AcquireOptions.DEFAULTS;
    assertThat(config.acquire())
        .isEqualTo(
            new AcquireOptions(
                acquire.connectsPerSecond(),
                acquire.reconnectFirst(),
                acquire.reconnectMax(),
                acquire.probeFirst(),
                acquire.probeMax(),
                acquire.permits(),
                acquire.permitTimeout(),
                acquire.writes(),
                data.resolve("devices")));
    assertThat(config.clock().floorFile()).isEqualTo(data.resolve("clock"));
  }

  @Test
  void systemdSaysWhereTheDataGoes() throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "gateway: { id: plant-7 }");
    var loader =
        new ConfigLoader(
            Loading.drivers(),
            ConfigLimits.DEFAULTS,
            Map.of("STATE_DIRECTORY", "/var/lib/sluice:/var/lib/other")::get);

    assertThat(loader.load(file).config().outbox().directory())
        .isEqualTo(Path.of("/var/lib/sluice/outbox"));
  }

  @Test
  void theSameSiteWrittenDifferentlyIsEqual() throws Exception {
    GatewayConfig first = Loading.load(directory, SITE).config();
    GatewayConfig same =
        Loading.load(
                directory,
                SITE.replace("0.50", "0.5")
                    .replace("0.10", "0.1")
                    .replace("every: 2s", "every: 2000ms # as before"))
            .config();
    GatewayConfig other = Loading.load(directory, SITE.replace("unit: 3", "unit: 4")).config();

    // How a duration is written is part of what the driver sees, so it may differ in that.
    assertThat(same.devices().get(0).points()).isEqualTo(first.devices().get(0).points());
    assertThat(Loading.load(directory, "# moved\n" + SITE).config()).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    assertThat(other.lines()).isEqualTo(first.lines());
    assertThat(other.uplinks()).isEqualTo(first.uplinks());
  }

  @Test
  void secretsAreReadAndDoNotShow() throws Exception {
    PrivateFile.write(directory.resolve("user"), "plant\n");
    LoadedConfig loaded =
        Loading.load(
            directory,
            SITE.replace(
                "url:",
                "username: \"${file:user}\", password: \"a$${${env:BROKER_PASSWORD}}\", url:"));

    UplinkOptions cloud = loaded.config().uplinks().get(0);
    assertThat(cloud.link().username()).isEqualTo("plant");
    assertThat(cloud.link().password()).isEqualTo("a${" + Loading.PASSWORD + "}");
    assertThat(loaded.config().toString()).doesNotContain(Loading.PASSWORD);
    assertThat(loaded.warnings().toString()).doesNotContain(Loading.PASSWORD);
  }

  @Test
  void anEdgeNodeIsNamedAsConfiguredOrByTheGateway() throws Exception {
    String page = Files.readString(Path.of("connectors/sparkplug.md"));
    int start = page.indexOf("```yaml\n") + 8;
    String yaml = page.substring(start, page.indexOf("```", start));
    UplinkOptions minimal = Loading.load(directory, yaml).config().uplinks().get(0);
    var expected =
        new SparkplugOptions(
            "plant",
            "plant-7",
            "",
            Duration.ofSeconds(10),
            true,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5));
    assertThat(minimal.connector()).isEqualTo(expected);

    String all =
        yaml.replace(
            "group: plant",
            "group: Plant\n      node: \"{gateway}-Süd\"\n      primaryHost: SCADA\n"
                + "      primaryHostWait: 7s\n      aliases: false\n      rebirthEvery: 0s\n      commandMaxAge: 1m");
    UplinkOptions other = Loading.load(directory, all).config().uplinks().get(0);
    assertThat(other.connector())
        .isEqualTo(
            new SparkplugOptions(
                "Plant",
                "plant-7-Süd",
                "SCADA",
                Duration.ofSeconds(7),
                false,
                Duration.ZERO,
                Duration.ofMinutes(1)));
  }

  @Test
  void aGatewayOfThingsBoardIsReadFromItsPageAndWithEveryKey() throws Exception {
    String page = Files.readString(Path.of("connectors/thingsboard.md"));
    int start = page.indexOf("```yaml\n") + 8;
    String yaml = page.substring(start, page.indexOf("```", start));
    Path token = Files.writeString(directory.resolve("token"), "t0ken\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    UplinkOptions minimal = Loading.load(directory, yaml).config().uplinks().get(0);
    assertThat(minimal.connector())
        .isEqualTo(
            new ThingsboardOptions(
                "{gateway}-{uplink}", "t0ken", "default", Map.of(), false, null));
    assertThat(minimal.link().maxMessageBytes()).isEqualTo(64 << 10);
    assertThat(minimal.toString()).doesNotContain("t0ken");

    String all =
        yaml.replace(
            "token: ${file:token}",
            "profile: meters\n      profiles: { press-1: presses }\n      quality: key\n"
                + "      provision: { key: k, secret: s, deviceName: \"edge {gateway}\" }\n"
                + "    maxMessageBytes: 32KiB");
    UplinkOptions other = Loading.load(directory, all).config().uplinks().get(0);
    assertThat(other.connector())
        .isEqualTo(
            new ThingsboardOptions(
                "{gateway}-{uplink}",
                null,
                "meters",
                Map.of("press-1", "presses"),
                true,
                new ThingsboardOptions.Provision(
                    "mqtt.thingsboard.cloud", 8883, true, null, "k", "s", "edge plant-7")));
    assertThat(other.link().maxMessageBytes()).isEqualTo(32 << 10);
  }

  @Test
  void aGatewayOfWatsonIsReadFromItsPageAndWithEveryKey() throws Exception {
    String page = Files.readString(Path.of("connectors/watson-iot.md"));
    int start = page.indexOf("```yaml\n") + 8;
    String yaml = page.substring(start, page.indexOf("```", start));
    Path token = Files.writeString(directory.resolve("token"), "t0ken\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    UplinkOptions minimal = Loading.load(directory, yaml).config().uplinks().get(0);
    assertThat(minimal.connector())
        .isEqualTo(
            new WatsonOptions(
                "sl1ce7",
                "sluice",
                "plant-7",
                "device",
                Map.of(),
                "readings",
                Duration.ofDays(1),
                true,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1)));
    assertThat(minimal.link().username()).isEqualTo("use-token-auth");
    assertThat(minimal.flow().total()).isEqualTo(new RateLimit(80, 400_000));

    String all =
        yaml.replace(
            "organization: sl1ce7",
            "organization: other1\n      type: edge\n      id: e-{gateway}\n      deviceType: \"{gateway}\"\n"
                + "      deviceTypes: { press-1: press }\n      event: \"{uplink}\"\n      managed: false\n"
                + "      lifetime: 0s\n      settle: 0s\n      retry: 30s\n    maxMessageRate: 10\n    maxByteRate: 1KiB");
    UplinkOptions other = Loading.load(directory, all).config().uplinks().get(0);
    assertThat(other.connector())
        .isEqualTo(
            new WatsonOptions(
                "other1",
                "edge",
                "e-plant-7",
                "{gateway}",
                Map.of("press-1", "press"),
                "{uplink}",
                Duration.ZERO,
                false,
                Duration.ZERO,
                Duration.ofSeconds(30)));
    assertThat(other.flow().total()).isEqualTo(new RateLimit(10, 1_024));

    String wrong = yaml.replace("sl1ce7\n", "sl1ce7\n      lifetime: 1m\n      id: \"a b\"\n");
    assertThatThrownBy(() -> Loading.load(directory, wrong))
        .hasMessageContaining("watson-iot/lifetime")
        .hasMessageContaining("watson-iot/id");
  }

  @Test
  void pointsCanBeSharedByAliasesAndMergedWithOwnOnes() throws Exception {
    GatewayConfig config =
        Loading.load(
                directory,
                """
                gateway: { id: plant-7 }
                lines: { plc-1: { driver: modbus, tcp: { host: 10.0.0.5 } } }
                devices:
                  a: &meter
                    line: plc-1
                    points: &points { power: { at: input 0 }, energy: { at: input 2 } }
                  b: { <<: *meter, unit: 2 }
                  c: { line: plc-1, unit: 3, points: { <<: *points, power: { at: input 8 } } }
                """)
            .config();

    assertThat(config.devices()).extracting(d -> d.points().size()).containsExactly(2, 2, 2);
    assertThat(config.devices().get(1).settings().json().getInteger("unit")).isEqualTo(2);
    assertThat(config.devices().get(2).settings().points().get(0).json().getString("at"))
        .isEqualTo("input 8");
  }

  @Test
  void whatIsProbablyNotMeantIsTold() throws Exception {
    LoadedConfig loaded =
        Loading.load(
            directory,
            """
            gateway: { id: plant-7 }
            lines:
              plc-1: { driver: modbus, tcp: { host: 10.0.0.5 } }
              plc-2: { driver: modbus, tcp: { host: 10.0.0.6 } }
            devices:
              a: { line: plc-1, every: 100ms, timeout: 2s, points: { power: { at: input 0 } } }
            """);

    assertThat(loaded.warnings())
        .extracting(ConfigProblem::line, ConfigProblem::path)
        .containsExactlyInAnyOrder(
            tuple(1, "uplinks"), tuple(4, "lines/plc-2"), tuple(6, "devices/a/timeout"));
  }

  @Test
  void thePlanCountsWhatEachLineWillDo() throws Exception {
    List<LinePlan> plans = Loading.load(directory, SITE).lines();

    assertThat(plans).hasSize(1);
    LinePlan plan = plans.get(0);
    assertThat(plan.devices()).isEqualTo(1);
    assertThat(plan.points()).isEqualTo(2);
    assertThat(plan.polls()).isEqualTo(2);
    assertThat(plan.pollsPerSecond()).isBetween(0.51, 0.52);
  }

  @Test
  void tenMegabytesAreRefusedAtOnce() throws Exception {
    byte[] large = new byte[10_000_000];
    Arrays.fill(large, (byte) '#');
    Path file = Files.write(directory.resolve("sluice.yaml"), large);

    assertThatThrownBy(() -> Loading.loader().load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("found 10000000 bytes, expected at most 1048576");
  }

  @Test
  void aLargeSiteFitsWhenItIsAllowedTo() throws Exception {
    var yaml = new StringBuilder("gateway: { id: plant-7 }\nlines:\n");
    for (int i = 0; i < 200; i++) {
      yaml.append("  l").append(i).append(": { driver: modbus, tcp: { host: 10.0.0.5 } }\n");
    }
    yaml.append("devices:\n  d0: &d\n    line: l0\n    points:\n");
    for (int i = 0; i < 100; i++) {
      yaml.append("      p").append(i).append(": { at: input ").append(i).append(" }\n");
    }
    for (int i = 1; i < 200; i++) {
      yaml.append("  d").append(i).append(": { <<: *d, line: l").append(i).append(" }\n");
    }

    LoadedConfig loaded = Loading.load(directory, yaml.toString());

    assertThat(loaded.lines()).hasSize(200).allSatisfy(p -> assertThat(p.points()).isEqualTo(100));
  }

  @Test
  void aFileThatIsNotThereOrADirectoryIsSaidSo() {
    assertThatThrownBy(() -> Loading.loader().load(directory.resolve("none.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("found no such file");
    assertThatThrownBy(() -> Loading.loader().load(directory))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("found a directory");
  }

  @Test
  void bytesThatAreNoTextAreRefusedWithTheirLine() throws Exception {
    Path file = directory.resolve("sluice.yaml");
    Files.write(file, new byte[] {'a', ':', ' ', 'b', '\n', 'c', (byte) 0xff, '\n'});
    assertThatThrownBy(() -> Loading.loader().load(file))
        .hasMessageEndingWith(":2: found bytes that are no UTF-8, expected text in UTF-8");

    Files.write(file, "a: b\nc: \0\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Loading.loader().load(file))
        .hasMessageEndingWith(":2: found the character U+0000, expected printable text");
  }
}

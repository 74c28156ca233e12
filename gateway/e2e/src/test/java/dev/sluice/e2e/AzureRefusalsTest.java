package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.WireClient;
import dev.sluice.e2e.cloud.azure.AzureDps;
import dev.sluice.e2e.cloud.azure.AzureIotHub;
import dev.sluice.e2e.cloud.thingsboard.Account;
import dev.sluice.e2e.cloud.thingsboard.ThingsBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is refused by Azure is told why, asks seldom and loses nothing. */
class AzureRefusalsTest extends AzureRig {

  /** One that the provisioning service gives no place. */
  private String unplaced(String device) {
    return azure.uplink(
        device,
        AzureDps.HOST,
        "device: %s, key: \"%s\", provisioning: { idScope: %s }"
            .formatted(device, AzureSite.KEY, AzureSite.SCOPE));
  }

  /** Each is named in words, and none keeps another one from its hub. */
  @Test
  void whoIsRefusedIsToldWhyAndHoldsUpNobody() {
    hub.devices().withKey("good", AzureSite.KEY);
    hub.devices().withKey("locked", AzureSite.KEY);
    azure.dps.enrollments().withKey("banned", AzureSite.KEY);
    azure.dps.enrollments().disable("banned");
    for (String id : List.of("unknown-key", "no-such", "busy")) {
      azure.dps.enrollments().withKey(id, AzureSite.KEY);
    }
    azure.dps.enrollments().answer("unknown-key", 401, Duration.ZERO);
    azure.dps.enrollments().answer("no-such", 404, Duration.ZERO);
    azure.dps.enrollments().answer("busy", 429, Duration.ofMinutes(10));
    var nextYear = Clock.offset(Clock.systemUTC(), Duration.ofDays(366));
    try (var future = AzureIotHub.start("future.azure-devices.net", azure.pki, nextYear);
        var basic = AzureIotHub.start("basic.azure-devices.net", azure.pki);
        var server = LibmodbusServer.start(1)) {
      azure.name(future.host(), future.address());
      future.devices().withKey("late", AzureSite.KEY);
      azure.name(basic.host(), basic.address());
      basic.devices().withKey("asks", AzureSite.KEY);
      basic.devices().withKey("quiet", AzureSite.KEY);
      basic.becomeBasic();
      String key = ", key: \"" + AzureSite.KEY + "\"";
      String wrong = ", key: \"" + AzureSite.KEY.replace('M', 'N') + "\"";
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink("good", AzureSite.HOST, "device: good" + key)
                      + azure.uplink("wrong-key", AzureSite.HOST, "device: locked" + wrong)
                      + azure.uplink("unknown", AzureSite.HOST, "device: nobody" + key)
                      + azure.uplink("late", future.host(), "device: late" + key)
                      + azure.uplink(
                          "astray", AzureSite.HOST, "hub: another.azure-devices.net" + key)
                      + azure.uplink("asks", basic.host(), "device: asks" + key)
                      + azure.uplink(
                          "quiet",
                          basic.host(),
                          "device: quiet, twin: false, methods: false, messages: false" + key)
                      + unplaced("banned")
                      + unplaced("unknown-key")
                      + unplaced("no-such")
                      + unplaced("busy"));
      try (var gateway = azure.start(site)) {
        reason(gateway, "wrong-key", "refused_not_authorized");
        reason(gateway, "unknown", "refused_not_authorized");
        reason(gateway, "late", "refused_not_authorized");
        reason(gateway, "astray", "refused_credentials");
        reason(gateway, "asks", "subscription_refused", "$iothub/methods/POST/#");
        reason(gateway, "banned", "not_provisioned", "the enrolment is disabled");
        reason(gateway, "unknown-key", "not_provisioned", "401001", "not that of the enrolment");
        reason(gateway, "no-such", "not_provisioned", "404001", "no such enrolment");
        reason(gateway, "busy", "not_provisioned", "429001", "more often than its quota allows");
        hub.emulation().endings().await(LIMIT, e -> e.reason().equals("the signature is wrong"));
        hub.emulation().endings().await(LIMIT, e -> e.reason().equals("no device nobody"));
        future.emulation().endings().await(LIMIT, e -> e.reason().equals("the token has expired"));
        await("the good one", gateway, () -> of(hub, "good").size() > 3);
        await("the quiet one", gateway, () -> of(basic, "quiet").size() > 3);
        assertThat(azure.dps.emulation().connects().all())
            .extracting(ConnectFields::clientId)
            .as("however often the uplink tries")
            .containsOnlyOnce("busy")
            .hasSizeLessThan(12);
        assertThat(gateway.process().output())
            .doesNotContain(AzureSite.KEY, "SharedAccessSignature");
        assertThat(gateway.page("/metrics"))
            .contains("complaint=\"device_refused\"", "complaint=\"provisioning_refused\"");
        gateway.stopInOrder();
      }
    }
  }

  /** Each throws the other out; the gateway notices, and says so. */
  @Test
  void aSecondClientWithOurIdIsNamed() {
    if (!TestRandom.LONG) {
      System.out.println("azure, a second client with our id: only with -Dsluice.long=true");
      return;
    }
    hub.devices().withKey("twin", AzureSite.KEY);
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink(
                      "cloud", AzureSite.HOST, "device: twin, key: \"" + AzureSite.KEY + "\""));
      try (var gateway = azure.start(site)) {
        for (int i = 0; i < 3; i++) {
          int before = of(hub, "twin").size();
          await("there", gateway, () -> of(hub, "twin").size() > before);
          ConnectFields ours = connects("twin").get(0);
          try (var other =
              WireClient.open(AzureSite.HOST, hub.address(), Door.MQTT_PORT, azure.pki, "")) {
            assertThat(other.connect("twin", ours.username(), ours.password())).isZero();
          }
        }
        gateway.awaitLog("reason=taken_over", 0, LIMIT);
        gateway.stopInOrder();
      }
      assertThat(ledger("twin").missingRecords()).isEmpty();
    }
  }

  /** Of both platforms with one gateway, at the pauses that an uplink has unless it is told. */
  @Test
  void whoIsRefusedAsksNoMoreThanTwiceAMinute() {
    if (!TestRandom.LONG) {
      System.out.println("azure and thingsboard, no storm: only with -Dsluice.long=true");
      return;
    }
    hub.devices().withKey("locked", AzureSite.KEY);
    azure.dps.enrollments().withKey("no-such", AzureSite.KEY);
    azure.dps.enrollments().answer("no-such", 404, Duration.ZERO);
    String wrong = AzureSite.KEY.replace('M', 'N');
    try (var board = ThingsBoard.listen(new Account("edge", "rightToken", true));
        var server = LibmodbusServer.start(1)) {
      azure.name(ThingsBoard.HOST, "127.0.0.1");
      String uplinks =
          azure.uplink("wrong", AzureSite.HOST, "device: locked, key: \"" + wrong + "\"")
              + unplaced("no-such")
              + ThingsBoardRig.uplink("board", board, "", "token: wrongToken");
      Site site =
          writable(server)
              .uplinks(
                  uplinks
                      .replaceAll("backoffFirst: .*", "backoffFirst: 1s")
                      .replaceAll("backoffMax: .*", "backoffMax: 1m"));
      try (var gateway = azure.start(site)) {
        Eventually.pass(Duration.ofSeconds(150));
        gateway.stopInOrder();
      }
      spaced(5, connects("locked").stream().map(ConnectFields::nanos).toList());
      spaced(5, azure.dps.emulation().connects().all().stream().map(ConnectFields::nanos).toList());
      spaced(5, board.broker().ended().stream().map(ended -> ended.nanos()).toList());
    }
  }

  /** Of both platforms with one gateway: TLS looks at the clock before anybody says a word. */
  @Test
  void aClockThatIsOffByAYearIsNamedAndNothingIsLost() throws IOException {
    if (!TestRandom.LONG) {
      System.out.println("azure and thingsboard, a wrong clock: only with -Dsluice.long=true");
      return;
    }
    hub.devices().withKey("clock", AzureSite.KEY);
    Path offset = directory.resolve("offset");
    Files.writeString(offset, "-365d\n");
    try (var board = ThingsBoard.listen(new Account("edge", "clockToken", true));
        var server = LibmodbusServer.start(1)) {
      azure.name(ThingsBoard.HOST, "127.0.0.1");
      Site site =
          writable(server)
              .uplinks(
                  azure.uplink(
                          "azure", AzureSite.HOST, "device: clock, key: \"" + AzureSite.KEY + "\"")
                      + ThingsBoardRig.uplink("board", board, "", "token: clockToken"));
      try (var gateway =
          Distribution.launch(
              site,
              site.write(),
              List.of(
                  ChildProcess.locate("env"),
                  "SLUICE_JAVA=" + azure.hosts().jvmOption(),
                  "LD_PRELOAD=" + ClockAtBootTest.library(),
                  "FAKETIME_TIMESTAMP_FILE=" + offset,
                  "FAKETIME_DONT_FAKE_MONOTONIC=1",
                  "FAKETIME_FORCE_MONOTONIC_FIX=0",
                  "FAKETIME_CACHE_DURATION=1"))) {
        gateway.awaitAlive();
        for (String uplink : List.of("azure", "board")) {
          reason(gateway, uplink, "tls_not_yet_valid", "is the clock right?");
        }
        Map<Integer, Long> answered = server.counters();
        Files.writeString(offset, "+0\n");
        await("azure", gateway, () -> isBeyond(ledger("clock"), answered));
        await("all of it", gateway, () -> ledger("clock").missingRecords().isEmpty());
        await(
            "thingsboard",
            gateway,
            () -> ThingsBoardRig.missing(board, answered).size() <= gateway.unheard());
        gateway.stopInOrder();
      }
    }
  }
}

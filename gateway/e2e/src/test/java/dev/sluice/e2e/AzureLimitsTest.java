package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.azure.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More than a hub takes: in one message, in one second, in one day. */
class AzureLimitsTest extends AzureRig {

  /** As the hub counts: the body, and the properties with their values. */
  private static final int LARGEST = 256 << 10;

  /** Of one unit, read in one poll; their long names make about 8 KB of it. */
  private static final int POINTS = 120;

  private static final String LIMIT_OF_SIZE = "bytes with its properties";
  private static final String THROTTLE = "429002";
  private static final String QUOTA = "403002";

  private static void wide(Site site, int unit, String every) {
    var points = new LinkedHashMap<String, String>();
    points.put("counter", "{ at: \"holding 0\", type: uint32 }");
    for (int i = 2; i <= POINTS; i++) {
      points.put(
          "a_point_that_is_named_after_its_whole_path_in_the_drawing_" + i,
          "{ at: \"holding %d\", type: uint16 }".formatted(i));
    }
    site.deviceOf("unit-" + unit, "plc", unit, List.of("every: " + every, "timeout: 3s"), points);
  }

  private Site plant(LibmodbusServer server) {
    return new Site(directory).line("plc", server.port());
  }

  private String uplink(String device, String... keys) {
    hub.devices().withKey(device, AzureSite.KEY);
    return azure.uplink(
        "cloud", AzureSite.HOST, "device: %s, key: \"%s\"".formatted(device, AzureSite.KEY), keys);
  }

  private List<Ending> endings(String reason) {
    return hub.emulation().endings().all().stream()
        .filter(each -> each.reason().contains(reason))
        .toList();
  }

  /** All records are there or announced, and of the polls those that somebody heard. */
  private boolean isComplete(String device, Distribution gateway) {
    return ledger(device).missingRecords().isEmpty()
        && ledger(device).unheard() <= gateway.unheard();
  }

  @Test
  void aRecordAboveTheLargestMessageComesInPartsAndCostsNoConnection() {
    try (var server = LibmodbusServer.start(8)) {
      Site site = plant(server).linger("1s").uplinks(uplink("large", "maxMessageBytes: 256KiB"));
      for (int unit = 1; unit <= 8; unit++) {
        wide(site, unit, "100ms");
      }
      try (var gateway = azure.start(site)) {
        await(
            "records in parts, each of them whole",
            gateway,
            () ->
                ledger("large").messages() > ledger("large").records() + 1
                    && isComplete("large", gateway));
        gateway.stopInOrder();
        assertThat(gateway.process().output()).doesNotContain("record set aside");
      }
    }
    assertThat(of(hub, "large"))
        .extracting(Telemetry::bytes)
        .allMatch(bytes -> bytes <= LARGEST)
        .anyMatch(bytes -> bytes > LARGEST * 9 / 10);
    assertThat(ledger("large").violations()).isEmpty();
    assertThat(hub.emulation().endings().all())
        .extracting(Ending::reason)
        .containsOnly(Emulation.GOODBYE);
  }

  /**
   * Somewhere on the way less is taken than the gateway was told: one message costs connections
   * until it is set aside, and everything else arrives.
   */
  @Test
  void aMessageThatIsTooLargeForThisHubIsSetAsideAndAnnounced() {
    if (!TestRandom.LONG) {
      System.out.println("azure, a message too large for its hub: only with -Dsluice.long=true");
      return;
    }
    hub.largestMessage(6 << 10);
    try (var server = LibmodbusServer.start(2)) {
      Site site = plant(server).countingDevice("plc", 1, 20, "100ms");
      wide(site, 2, "20s");
      site.linger("50ms").uplinks(uplink("odd", "refusals: 2"));
      try (var gateway = azure.start(site)) {
        gateway.awaitLog("closes the connection over it", 0, Duration.ofSeconds(60));
        int closed = endings(LIMIT_OF_SIZE).size();
        int connects = connects("odd").size();
        hub.largestMessage(LARGEST); // those that follow
        long answered = server.counters().get(1);
        await(
            "the rest",
            gateway,
            () ->
                ledger("odd").isBeyond("unit-1", answered + 4)
                    && ledger("odd").missingRecords().isEmpty());
        assertThat(gateway.metric("sluice_dead_letters")).isEqualTo(1);
        System.out.printf("azure, a message too large: %d closes, %d connects%n", closed, connects);
        assertThat(closed).as("until it is known").isBetween(2, 6);
        assertThat(connects).isBetween(closed, closed + 1);
        resent(site, gateway);
        assertThat(endings(LIMIT_OF_SIZE)).as("it is not closed over any more").hasSize(closed);
        gateway.stopInOrder();
      }
      assertThat(of(hub, "odd"))
          .filteredOn(each -> each.message().json().containsKey("gap"))
          .extracting(each -> each.message().json().getJsonObject("gap").getString("reason"))
          .containsExactly("refused");
      assertThat(ledger("odd").violations()).isEmpty();
    }
  }

  /** Once the hub takes more, what was set aside can be sent after all. */
  private void resent(Site site, Distribution gateway) {
    String outbox = site.outbox().toString();
    try (var resend = Distribution.command("outbox", "dead", "resend", outbox, "--all")) {
      assertThat(resend.awaitExit(LIMIT)).as(resend.output()).isZero();
    }
    await(
        "what was set aside",
        gateway,
        () -> ledger("odd").isBeyond("unit-2", 1) && isComplete("odd", gateway));
  }

  /**
   * The hub accepts the connection and closes over the first message, until the next day begins:
   * that is no fault of a message, and nothing is set aside.
   */
  @Test
  void aQuotaThatIsUsedUpIsNamedAndNothingIsLost() {
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          plant(server)
              .countingDevice("plc", 1, 20, "100ms")
              .linger("50ms")
              .uplinks(uplink("poor", "refusals: 2"));
      try (var gateway = azure.start(site)) {
        await("data", gateway, () -> of(hub, "poor").size() > 5);
        hub.leftOfTheDay(5);
        reason(gateway, "cloud", "publish_refused", "messages of the day", "nothing is set aside");
        int taken = of(hub, "poor").size();
        long answered = server.counters().get(1);
        hub.leftOfTheDay(8_000);
        await(
            "the next day everything",
            gateway,
            () -> ledger("poor").isBeyond("unit-1", answered + 4) && isComplete("poor", gateway));
        assertThat(of(hub, "poor").size()).isGreaterThan(taken);
        gateway.stopInOrder();
        assertThat(gateway.process().output()).doesNotContain("record set aside");
      }
      assertThat(endings(QUOTA)).hasSizeGreaterThan(1);
      assertThat(ledger("poor").violations()).isEmpty();
    }
  }

  /** At the pauses that an uplink has unless it is told. */
  @Test
  void whoseQuotaIsUsedUpAsksNoMoreThanTwiceAMinute() {
    if (!TestRandom.LONG) {
      System.out.println("azure, no storm over a quota: only with -Dsluice.long=true");
      return;
    }
    try (var server = LibmodbusServer.start(1)) {
      String patient =
          uplink("poor")
              .replaceAll("backoffFirst: .*", "backoffFirst: 1s")
              .replaceAll("backoffMax: .*", "backoffMax: 1m");
      Site site = plant(server).countingDevice("plc", 1, 20, "100ms").uplinks(patient);
      try (var gateway = azure.start(site)) {
        await("data", gateway, () -> of(hub, "poor").size() > 5);
        hub.leftOfTheDay(0);
        Eventually.holds(
            "named",
            Duration.ofSeconds(180),
            () -> gateway.process().output().contains("reason=publish_refused"),
            gateway.process()::output);
        int known = connects("poor").size();
        System.out.printf("azure quota: named after %d connects%n", known);
        Eventually.pass(Duration.ofSeconds(150));
        spaced(connects("poor").subList(known - 1, connects("poor").size()));
        long answered = server.counters().get(1);
        hub.leftOfTheDay(400_000);
        Eventually.holds(
            "the next day everything",
            Duration.ofSeconds(120),
            () -> ledger("poor").isBeyond("unit-1", answered + 4) && isComplete("poor", gateway),
            gateway.process()::output);
        gateway.stopInOrder();
        assertThat(gateway.process().output()).doesNotContain("record set aside");
      }
    }
  }

  private static void spaced(List<ConnectFields> connects) {
    var seconds = new ArrayList<Long>();
    for (int i = 1; i < connects.size(); i++) {
      long nanos = connects.get(i).nanos() - connects.get(i - 1).nanos();
      seconds.add(Duration.ofNanos(nanos).toSeconds());
    }
    System.out.println("azure, seconds between connects: " + seconds);
    assertThat(seconds).isNotEmpty().allMatch(each -> each >= 29);
  }

  /**
   * Others of the hub leave it little: what waited comes faster than that, is shaped, and then the
   * connection is closed. Measured at a consumer, nothing is missing afterwards.
   */
  @Test
  void aHubThatClosesOverItsThrottleIsNamedSlowsTheUplinkAndLosesNothing() {
    if (!TestRandom.LONG) {
      System.out.println("azure, closed over the throttle: only with -Dsluice.long=true");
      return;
    }
    hub.throttle(40, 40, 20);
    try (var server = LibmodbusServer.start(2)) {
      Site site =
          plant(server)
              .countingDevice("plc", 1, 50, "100ms")
              .countingDevice("plc", 2, 50, "100ms")
              .linger("200ms")
              .uplinks(uplink("busy"));
      try (var gateway = azure.start(site)) {
        await("data", gateway, () -> of(hub, "busy").size() > 5);
        hub.emulation().leave();
        Eventually.pass(Duration.ofSeconds(60));
        Map<Integer, Long> answered = server.counters();
        hub.emulation().comeBack();
        gateway.awaitLog("uplink=cloud.*reason=throttled.*going on with", 0, LIMIT);
        int known = endings(THROTTLE).size();
        Eventually.holds(
            "all of it, at the pace that is left",
            Duration.ofSeconds(180),
            () -> isBeyond(ledger("busy"), answered) && isComplete("busy", gateway),
            () -> endings(THROTTLE) + "\n" + gateway.process().output());
        Eventually.pass(Duration.ofSeconds(60));
        await("all of it", gateway, () -> isComplete("busy", gateway));
        gateway.stopInOrder();
        assertThat(gateway.process().output())
            .doesNotContain("reason=taken_over")
            .doesNotContain("reason=publish_refused")
            .doesNotContain("record set aside");
        Ledger ledger = ledger("busy");
        List<Ending> closed = endings(THROTTLE);
        System.out.printf(
            "azure throttle: closed %d times, %d before it was known; records=%d history=%d"
                + " duplicates=%d connects=%d%n",
            closed.size(),
            known,
            ledger.records(),
            ledger.historyRecords(),
            ledger.duplicates(),
            connects("busy").size());
        assertThat(known).isBetween(2, 6);
        assertThat(ledger.violations()).isEmpty();
        assertThat(ledger.historyRecords()).isPositive();
        for (int i = known; i < closed.size(); i++) {
          assertThat(Duration.ofNanos(closed.get(i).nanos() - closed.get(i - 1).nanos()))
              .as("once it is known")
              .isGreaterThan(Duration.ofSeconds(29));
        }
      }
    }
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.google.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who or what the platform does not take is named and holds up nobody else. */
class ClearbladeRefusalsTest extends ClearbladeRig {

  @Test
  void aForgottenAttachmentAnotherKeyAndAnotherTimeLoseNothingAndAreNamed() throws Exception {
    try (var server = LibmodbusServer.start(2)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 2, 2, "100ms");
      site.uplinks(uplink("attach: true, tokenLifetime: 10s"));
      Path clock = Files.writeString(directory.resolve("clock"), "+0\n");
      try (var gateway = start(site, clock(clock))) {
        await(gateway, "data", () -> topics().size() == 2);
        assertThat(platform.forget("e2e", "unit-2")).isTrue();
        await(gateway, "its own topic", () -> topics().contains("/devices/e2e/events"));
        awaitAll(gateway, server, "a forgotten attachment");
        gateway.awaitLog("uplink down.*reason=device_refused.*unit-2", 0, LIMIT);

        write(ec());
        await(gateway, "the wrong key", () -> platform.refusals().size() >= 2);
        assertThat(platform.refusals()).containsOnly("signature of no key of the device");
        gateway.awaitLog(
            "complaint=token_refused_key.*probably the key: it is another one than that of the last"
                + " login; is the public half of .*device.pem registered",
            0,
            LIMIT);
        reason(gateway, "cloud", "refused_credentials");
        write(keys);
        awaitAll(gateway, server, "another key");

        Files.writeString(clock, "+365d\n");
        gateway.awaitLog("reason=tls_expired", 0, LIMIT); // it comes before any token
        Files.writeString(clock, "+3600\n");
        await(gateway, "an hour off", () -> platform.refusals().contains("token from the future"));
        gateway.awaitLog(
            "complaint=token_refused_clock.*probably the clock: it was set by PT(1H|59M)",
            0,
            LIMIT);
        Files.writeString(clock, "+0\n");
        awaitAll(gateway, server, "a clock that was a year off");

        platform.clockAhead(Duration.ofDays(365));
        await(gateway, "expired in flight", () -> endings().contains("token expired"));
        await(gateway, "all expired", () -> platform.refusals().contains("token expired"));
        gateway.awaitLog(
            "complaint=token_refused_later.*the registration or the platform's clock", 0, LIMIT);
        platform.clockAhead(Duration.ZERO);
        awaitAll(gateway, server, "a platform whose clock was a year off");
        assertThat(gateway.process().output())
            .doesNotContain(platform.broker().connects().get(0).password());
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void whatIsKeptOfADeviceComesWhenTheRegistryHasItAndNothingElseComesTwice() {
    try (var server = LibmodbusServer.start(10)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 10, 2, "100ms");
      site.uplinks(uplink("attach: true, unattached: keep"));
      try (var gateway = start(site)) {
        await(gateway, "kept", () -> gateway.metric("sluice_dead_letters") >= 1);
        await(gateway, "the other", () -> ledger().hasCounter("unit-1", 3));
        assertThat(ledger().counterRange()).doesNotContainKey("unit-10");
        registry.with(Device.behind("e2e", "unit-10"));
        await(gateway, "attached", () -> topics().contains("/devices/unit-10/events"));
        await(gateway, "named in gaps", () -> ledger().missingRecords().isEmpty());
        assertThat(gapReasons()).containsOnly("refused");
        Map<Integer, Long> answered = server.counters();

        resend(site);
        await(
            gateway,
            "all of both",
            () ->
                gateway.metric("sluice_dead_letters") == 0
                    && ledger().hasCounter("unit-1", answered.get(1))
                    && ledger().hasCounter("unit-10", answered.get(10))
                    && ledger().missingPolls().isEmpty()
                    && ledger().missingRecords().isEmpty());
        assertThat(ledger().counterRange().get("unit-10")[0]).as("from the first on").isEqualTo(1);
        assertThat(ledger().duplicates()).isZero();
        assertThat(ledger().violations()).as("low waits for the gaps").isEmpty();
        assertThat(twice()).as("readings that came twice").isEmpty();
        assertThat(platform.broker().connects()).as("no connection was lost over it").hasSize(1);
        gateway.stopInOrder();
      }
    }
  }

  /** Each of these costs more than the usual run has. */
  @Test
  void anEventThatIsTooLongAndADeviceThatIsNoGatewayAreNamedAndHoldUpNobody() {
    if (!TestRandom.LONG) {
      System.out.println("clearblade, oversize and no gateway: only with -Dsluice.long=true");
      return;
    }
    registry.with(Device.alone("e2e", keys.getPublic()));
    try (var server = LibmodbusServer.start(2)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 2, 200, "40s");
      site.uplinks(uplink("attach: true"));
      try (var gateway = start(site)) {
        gateway.awaitLog("complaint=no_gateway.*is this device a gateway", 0, LIMIT);
        await(gateway, "its own topic", () -> topics().contains("/devices/e2e/events"));
        registry.with(Device.gateway("e2e", keys.getPublic()));
        platform.broker().cut(CLIENT, "it is a gateway now");
        Eventually.holds(
            "attached after all",
            Duration.ofSeconds(90),
            () -> topics().contains("/devices/unit-1/events"),
            gateway.process()::output);

        platform.eventBytes(1_000);
        gateway.awaitLog(
            "record set aside.*closes the connection over it", 0, Duration.ofSeconds(120));
        platform.eventBytes(256 << 10);
        await(gateway, "announced", () -> ledger().missingRecords().isEmpty());
        assertThat(gateway.metric("sluice_dead_letters")).isPositive();
        resend(site);
        awaitAll(gateway, server, "oversize and no gateway");
        assertThat(gateway.metric("sluice_dead_letters")).isZero();
        System.out.println("clearblade, how connections ended: " + endings());
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void anotherAudienceIsRefusedAndTwoWithOneIdDoNotStorm(@TempDir Path other) throws Exception {
    if (!TestRandom.LONG) {
      System.out.println(
          "clearblade, another audience and a second client: only with -Dsluice.long=true");
      return;
    }
    try (var server = LibmodbusServer.start(1)) {
      Site first = new Site(directory).line("plc", server.port()).linger("200ms");
      first.countingDevice("plc", 1, 2, "100ms").uplinks(uplink("audience: plant-8"));
      try (var gateway = start(first)) {
        await(gateway, "refused", () -> platform.refusals().size() >= 2);
        assertThat(platform.refusals()).containsOnly("token for audience plant-8");
        gateway.awaitLog("reason=refused_credentials", 0, LIMIT);
        gateway.awaitLog("complaint=token_refused_audience.*probably the audience", 0, LIMIT);
        String once = uplink("attach: false").replaceAll("(?m)^ *backoff.*\n", "");
        first.uplinks(once).write();
        gateway.process().signal("HUP");
        awaitAll(gateway, server, "another audience");

        Files.copy(directory.resolve("device.pem"), other.resolve("device.pem"));
        Site second = new Site(other).line("dead", FreePort.take()).uplinks(once);
        second.countingDevice("dead", 1, 2, "5s");
        try (var twin = start(second)) {
          gateway.awaitLog("reason=taken_over", 0, LIMIT);
          int before = platform.broker().connects().size();
          Eventually.pass(Duration.ofSeconds(30));
          assertThat(twin.process().isRunning()).isTrue();
          assertThat(platform.broker().connects().size() - before)
              .as("of two, once each in 30 s at least")
              .isLessThanOrEqualTo(4);
        }
        awaitAll(gateway, server, "another one with our id");
      }
    }
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.ibm.Thing;
import dev.sluice.e2e.cloud.ibm.WatsonIot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Watson IoT Platform does not take is named, holds up nobody, and comes in the end. */
class WatsonRefusalsTest extends WatsonRig {

  /** TLS looks at the clock before anybody says a word; readings wait until it is right. */
  @ParameterizedTest
  @CsvSource({"-365d, tls_not_yet_valid", "+365d, tls_expired"})
  void aClockThatIsOffByAYearIsNamedAndNothingIsLost(String by, String word) throws IOException {
    if (by.startsWith("+") && !TestRandom.LONG) {
      System.out.println("watson, a clock that is a year ahead: only with -Dsluice.long=true");
      return;
    }
    Path offset = Files.writeString(directory.resolve("offset"), by + "\n");
    try (var modbus = LibmodbusServer.start(1)) {
      Site site = writable(modbus).uplinks(uplink(platform));
      try (var gateway = start(site, clock(offset))) {
        reason(gateway, "cloud", word, "is the clock right?");
        gateway.awaitLog("uplink down.*uplink=cloud.*reason=" + word, 0, LIMIT);
        await(gateway, "kept", () -> gateway.metric("sluice_uplink_backlog_records") >= 3);
        assertThat(gateway.page("/metrics"))
            .contains("sluice_uplink_failures_total{reason=\"" + word + "\",uplink=\"cloud\"}");
        assertThat(platform.broker().connects()).as("nobody came as far as a word").isEmpty();
        Files.writeString(offset, "+0\n");
        awaitAll(gateway, modbus.counters(), "a clock that was off by " + by);
        assertThat(unproven(platform)).isEmpty();
        gateway.stopInOrder();
      }
    }
  }

  private void awaitLetters(Distribution gateway, LibmodbusServer modbus, Site site) {
    Map<Integer, Long> answered = modbus.counters();
    resend(site);
    Eventually.holds(
        "all of it",
        Duration.ofSeconds(60),
        () -> gateway.metric("sluice_dead_letters") == 0 && isAllThere(gateway, answered),
        () -> missing(platform, answered) + "\n" + gateway.process().output());
  }

  /** A trial of a refused device comes half a minute later at the soonest. */
  @Test
  void whatIsKeptOfADeviceComesWhenItIsRegisteredAndNothingElseComesTwice() {
    if (!TestRandom.LONG) {
      System.out.println("watson, registered later: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(4)) {
      platform.refuseToRegister("press");
      Site site = new Site(directory).line("plc", modbus.port()).linger("500ms");
      // These two are in the same records.
      site.countingDevice("plc", 4, 2, "100ms").countingDevice("plc", 2, 2, "100ms");
      String options =
          uplink(platform).replace("watson-iot: {", "watson-iot: { retry: 30s, settle: 200ms,");
      site.uplinks(options);
      try (var gateway = start(site)) {
        gateway.awaitLog("device held back.*device=unit-2", 0, LIMIT);
        await(gateway, "without it", () -> platform.broker().connects().size() == 2);
        platform.allowToRegister("press");
        Eventually.holds(
            "tried again, without a restart",
            Duration.ofSeconds(60),
            () -> !platform.events(unit(2)).isEmpty(),
            gateway.process()::output);
        assertThat(platform.broker().connects()).as("no storm").hasSize(2);
        long before = history(unit(4));
        awaitLetters(gateway, modbus, site);
        assertThat(history(unit(4))).as("of the other").isEqualTo(before);
        System.out.printf(
            "watson registered later: connects=%d endings=%s%n",
            platform.broker().connects().size(), reasons());
        gateway.stopInOrder();
      }
    }
  }

  /** Events that did not come at once, as those of dead letters. */
  private long history(Thing of) {
    return platform.events(of).stream().filter(event -> event.json().containsKey("lane")).count();
  }

  @Test
  void anEventThatIsTooLongHoldsUpNobody() {
    if (!TestRandom.LONG) {
      System.out.println("watson, oversize: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(2)) {
      platform.limit(1_000, 100);
      Site site = new Site(directory).line("plc", modbus.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").countingDevice("plc", 2, 120, "40s");
      site.uplinks(uplink(platform));
      try (var gateway = start(site)) {
        gateway.awaitLog(
            "record set aside.*closes the connection over it", 0, Duration.ofSeconds(120));
        platform.limit(WatsonIot.PAYLOAD_BYTES, 100);
        awaitLetters(gateway, modbus, site);
        System.out.printf(
            "watson oversize: connects=%d endings=%s%n",
            platform.broker().connects().size(), reasons());
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void twoWithOneIdDoNotStorm(@TempDir Path other) throws Exception {
    if (!TestRandom.LONG) {
      System.out.println("watson, a second client: only with -Dsluice.long=true");
      return;
    }
    try (var modbus = LibmodbusServer.start(1)) {
      String once = uplink(platform).replaceAll("(?m)^ *backoff.*\n", "");
      Site first = new Site(directory).line("plc", modbus.port()).linger("200ms");
      first.countingDevice("plc", 1, 2, "100ms").uplinks(once);
      Files.copy(
          directory.resolve("token"), other.resolve("token"), StandardCopyOption.COPY_ATTRIBUTES);
      Site second = new Site(other).line("dead", FreePort.take()).uplinks(once);
      second.countingDevice("dead", 1, 2, "5s");
      try (var gateway = start(first)) {
        await(gateway, "data", () -> platform.events(unit(1)).size() > 5);
        try (var twin = start(second)) {
          Eventually.holds(
              "named",
              Duration.ofSeconds(90),
              () ->
                  gateway.process().output().contains("reason=taken_over")
                      || twin.process().output().contains("reason=taken_over"),
              gateway.process()::output);
          int before = platform.broker().connects().size();
          Eventually.pass(Duration.ofSeconds(30));
          assertThat(platform.broker().connects().size() - before)
              .as("of two, once each in 30 s at least")
              .isLessThanOrEqualTo(4);
        }
        awaitAll(gateway, modbus.counters(), "another one with our id");
      }
    }
  }
}

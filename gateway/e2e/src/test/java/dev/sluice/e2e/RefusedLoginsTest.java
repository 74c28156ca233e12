package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.CloudBroker;
import dev.sluice.e2e.cloud.broker.Connect;
import dev.sluice.e2e.cloud.google.Device;
import dev.sluice.e2e.cloud.ibm.Thing;
import dev.sluice.e2e.cloud.ibm.WatsonIot;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Logins that are good, but those of others: two devices of a registry with the key of each other,
 * and at Watson IoT Platform the token of another gateway. Of both platforms with one gateway.
 */
class RefusedLoginsTest extends ClearbladeRig {

  /** After so many refusals it is clear that they repeat. */
  private static final int QUICK = 3;

  /** The long run waits at the pauses that an uplink has unless it is told. */
  private static final Duration WATCHED = Duration.ofSeconds(TestRandom.LONG ? 150 : 1);

  private static final String STRANGER = "token-of-another";

  private WatsonIot watson;
  private KeyPair valve;

  @BeforeEach
  void others() throws IOException, GeneralSecurityException {
    valve = ec();
    registry.with(Device.alone("valve", valve.getPublic()));
    watson =
        WatsonIot.listen()
            .withPrivilegedGateway(WatsonRig.EDGE, WatsonRig.TOKEN)
            .withGateway(new Thing("sluice", "other"), STRANGER);
  }

  @AfterEach
  void closeOthers() {
    watson.close();
  }

  @Override
  String seen() {
    return super.seen() + "\n" + watson.broker().ended();
  }

  private String uplinks() {
    String all =
        uplink("attach: false")
            + uplink("device: valve").replace("cloud:", "valve:").replace("device.pem", "valve.pem")
            + WatsonRig.uplink(watson).replace("cloud:", "watson:");
    return all.replaceAll("backoffFirst: .*", "backoffFirst: " + (TestRandom.LONG ? "1s" : "100ms"))
        .replaceAll("backoffMax: .*", "backoffMax: " + (TestRandom.LONG ? "1m" : "40s"));
  }

  private static List<Long> asked(CloudBroker broker, String who) {
    return broker.connects().stream()
        .filter(each -> each.clientId().endsWith(who))
        .map(Connect::nanos)
        .toList();
  }

  private List<List<Long>> asked() {
    return List.of(
        asked(platform.broker(), "/e2e"),
        asked(platform.broker(), "/valve"),
        asked(watson.broker(), ":e2e"));
  }

  @Test
  void theyAreNamedAskSeldomAndLoseNothing() throws Exception {
    write("device.pem", valve);
    write("valve.pem", keys);
    WatsonRig.token(directory, STRANGER);
    try (var server = LibmodbusServer.start(1)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      site.countingDevice("plc", 1, 2, "100ms").uplinks(uplinks());
      try (var gateway = start(site)) {
        await(gateway, "it repeats", () -> asked().stream().allMatch(each -> each.size() >= QUICK));
        Eventually.pass(WATCHED);
        asked().forEach(each -> spaced(QUICK, each));
        named(gateway);
        assertThat(platform.refusals())
            .containsOnly("signature of valve, not of e2e", "signature of e2e, not of valve")
            .contains("signature of valve, not of e2e", "signature of e2e, not of valve");

        write("device.pem", keys);
        write("valve.pem", valve);
        WatsonRig.token(directory, WatsonRig.TOKEN);
        if (!TestRandom.LONG) {
          site.uplinks(uplinks().replaceAll("backoffMax: .*", "backoffMax: 1s")).write();
          gateway.process().signal("HUP"); // else it would be half a minute
        }
        awaitEverywhere(gateway, server.counters());
        gateway.stopInOrder();
      }
    }
  }

  /** Nor does somebody ask twice as often who has two tokens. */
  @Test
  void whoIsRefusedWithTheNewTokenAndWithTheFormerOneAsksAsSeldom() throws Exception {
    if (!TestRandom.LONG) {
      System.out.println("watson, two tokens refused: only with -Dsluice.long=true");
      return;
    }
    WatsonRig.token(directory, WatsonRig.TOKEN);
    try (var server = LibmodbusServer.start(1)) {
      Site site = new Site(directory).line("plc", server.port()).linger("200ms");
      String only = WatsonRig.uplink(watson).replaceAll("(?m)^ *backoff.*\n", "");
      site.countingDevice("plc", 1, 2, "100ms").uplinks(only);
      try (var gateway = start(site)) {
        await(gateway, "data", () -> watson.events(WatsonRig.unit(1)).size() > 5);
        watson.withPrivilegedGateway(WatsonRig.EDGE, "token-of-tomorrow");
        WatsonRig.token(directory, STRANGER);
        watson.broker().cut(WatsonRig.IDENTITY, "to log in anew");
        Eventually.pass(WATCHED);
        List<Long> asked = asked(watson.broker(), ":e2e");
        spaced(QUICK, asked.subList(1, asked.size()));
        gateway.awaitLog("new password or certificate refused, the former is tried", 0, LIMIT);
        WatsonRig.token(directory, "token-of-tomorrow");
        awaitAtWatson(gateway, server.counters());
        System.out.printf("two tokens refused: asked %d times, nothing is missing%n", asked.size());
        gateway.stopInOrder();
      }
    }
  }

  /** In the status, in the metrics and in the log; who asked is not told with what. */
  private void named(Distribution gateway) {
    refused(gateway, "cloud", "refused_credentials", "e2e");
    refused(gateway, "valve", "refused_credentials", "valve");
    refused(gateway, "watson", "refused_not_authorized", "");
    assertThat(gateway.process().output() + gateway.page("/status"))
        .doesNotContain(STRANGER)
        .doesNotContain(
            platform.broker().connects().stream().map(Connect::password).toArray(String[]::new));
  }

  /** ClearBlade's device, if it is one, is told whose key is probably not the registered one. */
  private void refused(Distribution gateway, String uplink, String word, String device) {
    reason(gateway, uplink, word);
    String label = ",uplink=\"" + uplink + "\"} ";
    assertThat(gateway.page("/metrics"))
        .contains("sluice_uplink_failures_total{reason=\"" + word + "\"" + label);
    await(gateway, "waiting", () -> status(gateway, uplink).getString("state").equals("waiting"));
    gateway.awaitLog("uplink down.*uplink=" + uplink + " .*reason=" + word, 0, LIMIT);
    if (!device.isEmpty()) {
      assertThat(gateway.page("/metrics"))
          .contains("sluice_uplink_complaints_total{complaint=\"token_refused_key\"" + label);
      assertThat(
              status(gateway, uplink).getJsonObject("complaints").getInteger("token_refused_key"))
          .isPositive();
      gateway.awaitLog(
          "complains.*uplink=%s .*complaint=token_refused_key.*probably the key.*is the public half"
                  .formatted(uplink)
              + " of .*pem registered for "
              + registry.clientId(device),
          0,
          LIMIT);
    }
  }

  /** All that the device had answered, from the first record on, and nothing is unexplained. */
  private void awaitEverywhere(Distribution gateway, Map<Integer, Long> answered) {
    for (String topic : List.of("/devices/e2e/events", "/devices/valve/events")) {
      Eventually.holds(
          "all of it on " + topic,
          LIMIT.multipliedBy(2),
          () -> {
            Ledger ledger = ledger(topic);
            return ledger.hasCounter("unit-1", answered.get(1))
                && ledger.counterRange().get("unit-1")[0] == 1
                && ledger.missingPolls().isEmpty()
                && ledger.missingRecords().isEmpty();
          },
          () -> seen() + "\n" + gateway.process().output());
      assertThat(ledger(topic).violations()).isEmpty();
    }
    awaitAtWatson(gateway, answered);
    List<Integer> asked = asked().stream().map(List::size).toList();
    System.out.printf("logins of others: asked %s times, nothing is missing%n", asked);
  }

  private void awaitAtWatson(Distribution gateway, Map<Integer, Long> answered) {
    Eventually.holds(
        "all of it at the other platform",
        LIMIT.multipliedBy(2),
        () ->
            WatsonRig.missing(watson, answered).size() <= gateway.unheard()
                && WatsonRig.unproven(watson).isEmpty(),
        () ->
            WatsonRig.missing(watson, answered)
                + "\n"
                + WatsonRig.unproven(watson)
                + seen()
                + gateway.process().output());
  }
}

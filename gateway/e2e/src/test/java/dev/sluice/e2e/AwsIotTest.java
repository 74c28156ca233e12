package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.aws.Authorizer;
import dev.sluice.e2e.cloud.aws.Policy;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway as a thing of AWS IoT Core: readings, and everything that ends a link. */
class AwsIotTest {

  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);

  /** Messages a second that an account takes unless it asked for more. */
  private static final int PACE = 100;

  @TempDir Path directory;
  private AwsSite site;
  private LibmodbusServer server;

  @BeforeEach
  void start() {
    site = AwsSite.start(directory);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    site.close();
  }

  private Site small() {
    server = LibmodbusServer.start(1);
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "250ms")
        .linger("100ms");
  }

  private void await(String what, Distribution gateway, java.util.function.BooleanSupplier so) {
    await(what, AwsSite.LIMIT, gateway, so);
  }

  private void await(
      String what, Duration limit, Distribution gateway, java.util.function.BooleanSupplier so) {
    Eventually.holds(
        what,
        limit,
        so,
        () ->
            site.aws.emulation().endings().all()
                + "\npolls unheard: "
                + gateway.unheard()
                + "\n"
                + gateway.page("/status")
                + "\n"
                + gateway.process().output());
  }

  /**
   * By certificate at 8883, by ALPN to a rule past the broker, by a token: of each every record.
   */
  @Test
  void readingsArriveOnEveryWayIn() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair key = generator.generateKeyPair();
    site.issue("gw-2", "e2e-2");
    site.aws.add(
        new Authorizer(
            "tokens",
            "t",
            key.getPublic(),
            new Policy(List.of("by-token"), List.of("up/*"), List.of(), List.of())));
    int alpn = site.aws.alpnPort();
    Site plant =
        small()
            .uplinks(
                AwsSite.uplink("plain", Door.MQTT_PORT, site.tls("gw"))
                    + AwsSite.uplink(
                        "rule", alpn, site.tls("gw-2"), "aws-iot: { thing: e2e-2, rule: store }")
                    + AwsSite.uplink(
                            "token",
                            alpn,
                            "tls: { ca: \"%s\" }".formatted(site.pki.certificate("ca")),
                            "clientId: by-token",
                            "username: gw",
                            "password: word",
                            "aws-iot:",
                            "  authorizer:",
                            "    name: tokens",
                            "    tokenKey: t",
                            "    token: first.secret",
                            "    signature: \"" + AwsSite.signed(key, "first.secret") + "\"")
                        .replace("site/{gateway}", "up/{gateway}"));
    long unheard;
    try (var gateway = site.run(plant)) {
      await("through the broker", gateway, () -> isComplete(site.ledger(), 8));
      await("past the broker", gateway, () -> isComplete(site.ingested("store"), 8));
      await(
          "by token",
          gateway,
          () ->
              site.aws.emulation().received().all().stream()
                  .anyMatch(each -> each.topic().equals("up/e2e/readings")));
      unheard = gateway.unheard();
      gateway.stopInOrder();
      assertThat(gateway.process().output()).doesNotContain("first.secret").doesNotContain("word");
    }
    for (Ledger ledger : List.of(site.ledger(), site.ingested("store"))) {
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.unheard()).isLessThanOrEqualTo(unheard);
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.duplicates()).isZero();
    }
    var connects = new ArrayList<String>();
    for (ConnectFields each : site.aws.emulation().connects().all()) {
      connects.add(
          each.clientId()
              + " "
              + each.protocol()
              + " "
              + each.certificate().isPresent()
              + " "
              + each.serverName().equals(AwsSite.ENDPOINT)
              + " "
              + (each.username() != null)
              + " "
              + each.will().isPresent());
    }
    assertThat(connects)
        .containsExactlyInAnyOrder(
            "e2e  true true false false",
            "e2e-2 x-amzn-mqtt-ca true true false false",
            "by-token mqtt false true true false");
    assertThat(site.aws.emulation().received().all())
        .noneMatch(Received::retained)
        .allMatch(each -> each.qos() == 1);
    assertThat(site.aws.emulation().endings().all())
        .extracting(Ending::reason)
        .containsOnly("DISCONNECT");
  }

  /** And what had waited is sent no faster than the account allows. */
  @Test
  void anOutageUnderLoadLosesNothingAndTheBacklogKeepsThePace() {
    server = LibmodbusServer.start(10);
    Site plant =
        Site.twoThousandReadings(directory, server)
            .uplinks(AwsSite.uplink("cloud", Door.MQTT_PORT, site.tls("gw")))
            .linger("50ms");
    try (var gateway = site.run(plant)) {
      await("data", gateway, () -> site.ledger().readings() > 2_000);
      site.aws.emulation().leave();
      Eventually.pass(OUTAGE);
      Map<Integer, Long> answered = server.counters();
      Duration drain = drain(gateway.metric("sluice_uplink_backlog_records"));
      site.aws.emulation().comeBack();
      await(
          "all of it",
          AwsSite.LIMIT.plus(drain),
          gateway,
          () ->
              missing(site.ledger(), answered) <= gateway.unheard()
                  && site.ledger().missingRecords().isEmpty());
      long unheard = gateway.unheard();
      gateway.stopInOrder();
      Ledger ledger = site.ledger();
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.historyRecords()).isPositive();
      assertThat(site.aws.throttled().all()).isEmpty();
      System.out.printf(
          "aws outage of %d s, at the pace %d ms more: records=%d history=%d duplicates=%d missing=%d unheard=%d%n",
          OUTAGE.toSeconds(),
          drain.toMillis(),
          ledger.records(),
          ledger.historyRecords(),
          ledger.duplicates(),
          missing(ledger, answered),
          unheard);
    }
  }

  /**
   * What the account's pace leaves for records that waited: what comes meanwhile, as many a second
   * as in the outage, takes the rest. Each is one message, far below the pace of bytes.
   */
  private static Duration drain(double waiting) {
    double live = waiting / OUTAGE.toSeconds();
    assertThat(live).as("records a second").isBetween(1.0, PACE / 2.0);
    return Duration.ofMillis((long) (1_000 * waiting / (PACE - live)));
  }

  /** It acknowledges late, loses acknowledgements and cuts: what is doubtful comes twice. */
  @Test
  void whatAFaultyPlatformDidNotAcknowledgeComesAgain() {
    Site plant = small().uplinks(AwsSite.uplink("cloud", Door.MQTT_PORT, site.tls("gw")));
    var faults = site.aws.emulation().faults();
    faults.endAfterPublishes(7);
    faults.loseAcks(2);
    long unheard;
    try (var gateway = site.run(plant)) {
      await("three connections", gateway, () -> site.aws.emulation().connects().size() >= 4);
      faults.endAfterPublishes(0);
      long last = server.counters().get(1);
      await("all of it", gateway, () -> isComplete(site.ledger(), last + 4));
      unheard = gateway.unheard();
      gateway.stopInOrder();
    }
    Ledger ledger = site.ledger();
    assertThat(ledger.missingRecords()).isEmpty();
    assertThat(ledger.unheard()).isLessThanOrEqualTo(unheard);
    assertThat(ledger.violations()).isEmpty();
    assertThat(ledger.duplicates()).isPositive();
  }

  /**
   * Who raised its limits, while the account did not, is throttled: with no more than 100 messages
   * on their way that costs time, and neither the connection nor a record.
   */
  @Test
  void whoIsTooFastIsThrottledAndLosesNothing() {
    if (!TestRandom.LONG) {
      System.out.println("aws, throttled: only with -Dsluice.long=true");
      return;
    }
    server = LibmodbusServer.start(10);
    Site plant =
        Site.twoThousandReadings(directory, server)
            .uplinks(
                AwsSite.uplink(
                        "cloud",
                        Door.MQTT_PORT,
                        site.tls("gw"),
                        "form: value",
                        "windowMessages: 100",
                        "maxMessageRate: 0")
                    .replace("site/{gateway}/readings", "site/{gateway}/{device}/{point}"))
            .linger("50ms");
    var seqs = new Seqs();
    try (var gateway = site.run(plant)) {
      await("throttled", gateway, () -> site.aws.throttled().size() > 500);
      gateway.stopInOrder();
      site.aws.emulation().received().all().forEach(each -> seqs.add(each.json()));
    }
    assertThat(seqs.low()).isGreaterThan(1);
    assertThat(seqs.missing()).as("below what it says is delivered").isEmpty();
    assertThat(site.aws.emulation().endings().all())
        .extracting(Ending::reason)
        .containsOnly("DISCONNECT");
  }

  /** A certificate that is renewed while readings flow is shown at the next connection. */
  @Test
  void aRenewedCertificateIsUsedWithoutARestart() {
    site.pki.client("next", "next");
    site.aws.register("next", AwsSite.THING, AwsSite.policy());
    Site plant = small().uplinks(AwsSite.uplink("cloud", Door.MQTT_PORT, site.tls("gw")));
    long unheard;
    try (var gateway = site.run(plant)) {
      await("data", gateway, () -> site.ledger().isBeyond("unit-1", 4));
      Path certificate = site.pki.certificate("gw");
      site.aws.deactivate("gw");
      site.replace(site.pki.key("gw"), site.pki.key("next"));
      site.replace(certificate, site.pki.certificate("next"));
      gateway.awaitLog("credentials changed on disk", 0, AwsSite.LIMIT);
      long before = server.counters().get(1);
      assertThat(site.aws.emulation().connects().size()).isEqualTo(1);
      site.aws.emulation().disconnect(AwsSite.THING, "the lifetime of a connection is over");
      await("more", gateway, () -> isComplete(site.ledger(), before + 8));
      unheard = gateway.unheard();
      gateway.stopInOrder();
    }
    Ledger ledger = site.ledger();
    assertThat(ledger.missingRecords()).isEmpty();
    assertThat(ledger.unheard()).isLessThanOrEqualTo(unheard);
    List<ConnectFields> connects = site.aws.emulation().connects().all();
    assertThat(connects.get(connects.size() - 1).certificate())
        .contains(Certificates.read(site.pki.certificate("next")));
    assertThat(site.aws.emulation().endings().all())
        .extracting(Ending::reason)
        .noneMatch(reason -> reason.contains("not registered"));
  }

  /** What waited comes beside what is new, so it may come later. */
  private static boolean isComplete(Ledger ledger, long counter) {
    return ledger.isBeyond("unit-1", counter) && ledger.missingRecords().isEmpty();
  }

  private static long missing(Ledger ledger, Map<Integer, Long> answered) {
    return answered.entrySet().stream()
        .mapToLong(
            unit -> {
              long there = 0;
              for (long i = 1; i <= unit.getValue(); i++) {
                there += ledger.hasCounter("unit-" + unit.getKey(), i) ? 1 : 0;
              }
              return unit.getValue() - there;
            })
        .sum();
  }
}

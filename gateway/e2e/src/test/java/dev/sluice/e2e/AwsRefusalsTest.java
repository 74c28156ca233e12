package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.WireClient;
import dev.sluice.e2e.cloud.aws.Authorizer;
import dev.sluice.e2e.cloud.aws.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AWS does not take is told in a word that helps, and is no reason to ask all the time. */
class AwsRefusalsTest {

  /** Until it is clear that it repeats; from then on there is one in 30 s. */
  private static final int FEW = 6;

  @TempDir Path directory;
  private AwsSite site;
  private LibmodbusServer server;

  @BeforeEach
  void start() {
    site = AwsSite.start(directory);
    server = LibmodbusServer.start(1);
  }

  @AfterEach
  void stop() {
    server.close();
    site.close();
  }

  private Site plant(String... uplinks) {
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "250ms")
        .linger("200ms")
        .uplinks(String.join("", uplinks));
  }

  private static String uplink(String id, String... keys) {
    return AwsSite.uplink(id, Door.MQTT_PORT, keys);
  }

  private long connects(String clientId) {
    return site.aws.emulation().connects().all().stream()
        .filter(each -> each.clientId().equals(clientId))
        .count();
  }

  /** One gateway, an uplink for each mistake; the one that makes none is not disturbed. */
  @Test
  void eachMistakeHasItsWord() throws GeneralSecurityException {
    site.pki.client("stranger", "stranger");
    site.issue("gw-2", "second-2");
    site.issue("gw-3", "second-3");
    site.pki.client("narrow", "narrow");
    site.aws.register(
        "narrow",
        "second-4",
        new Policy(List.of("*"), List.of("site/*"), List.of("none"), List.of("none")));
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    site.aws.add(
        new Authorizer("tokens", "t", generator.generateKeyPair().getPublic(), Policy.all()));
    KeyPair key = generator.generateKeyPair();
    var another = List.of("another-device");
    site.aws.add(
        new Authorizer(
            "scoped", "t", key.getPublic(), new Policy(another, another, another, another)));
    String mixed =
        "tls: { ca: \"%s\", certificate: \"%s\", key: \"%s\" }"
            .formatted(
                site.pki.certificate("ca"), site.pki.certificate("gw-3"), site.pki.key("gw-2"));
    Site plant =
        plant(
            uplink("good", site.tls("gw")),
            uplink("stranger", "clientId: second-0", site.tls("stranger")),
            uplink("policy", "clientId: valve-1", site.tls("gw-2")),
            uplink("key", "clientId: second-5", mixed),
            uplink("topic", "clientId: second-3", "refusals: 3", site.tls("gw-3"))
                .replace("site/{gateway}", "other/{gateway}"),
            uplink("filter", "clientId: second-4", site.tls("narrow"), "aws-iot: { shadow: {} }")
                .replace("backoffMax: 1s", "backoffMax: 40s"),
            AwsSite.uplink(
                "token",
                site.aws.alpnPort(),
                "clientId: second-6",
                "tls: { ca: \"%s\" }".formatted(site.pki.certificate("ca")),
                "aws-iot: { authorizer: { name: tokens, tokenKey: t, token: a.b, signature: Zm9v } }"),
            AwsSite.uplink(
                "scope",
                site.aws.alpnPort(),
                "clientId: second-7",
                "tls: { ca: \"%s\" }".formatted(site.pki.certificate("ca")),
                "aws-iot:",
                "  authorizer: { name: scoped, tokenKey: t, token: c.d, signature: \"%s\" }"
                    .formatted(AwsSite.signed(key, "c.d"))));
    long unheard;
    try (var gateway = site.run(plant)) {
      for (String each :
          List.of(
              "stranger.*reason=(tls_client_certificate|closed.*client certificate)",
              "policy.*reason=refused_by_policy",
              "key.*reason=tls_files.*key is not that of the certificate",
              "topic.*reason=closed",
              "topic.*reason=publish_refused.*nothing is set aside.*iot:Publish on topic/other/e2e",
              "filter.*reason=taken_over.*may not like what this one says",
              "token.*reason=refused_not_authorized",
              "scope.*reason=refused_by_policy")) {
        gateway.awaitLog("uplink=" + each, 0, AwsSite.LIMIT);
      }
      long last = server.counters().get(1);
      Eventually.holds(
          "the good one goes on",
          AwsSite.LIMIT,
          () -> site.ledger().isBeyond("unit-1", last + 4),
          gateway.process()::output);
      assertThat(gateway.process().output()).doesNotContain("a.b").doesNotContain("Zm9v");
      assertThat(connects("second-4")).as("it does not fight").isLessThanOrEqualTo(FEW);
      assertThat(site.ledger("other/").messages()).isZero();
      var wider = List.of("other/*");
      site.aws.register("gw-3", "second-3", new Policy(List.of("*"), wider, wider, wider));
      Eventually.holds(
          "what waited for the right to publish",
          AwsSite.LIMIT,
          () -> isComplete(site.ledger("other/"), last + 4),
          gateway.process()::output);
      assertThat(gateway.process().output()).doesNotContain("record set aside");
      unheard = gateway.unheard();
      gateway.stopInOrder();
    }
    Ledger waited = site.ledger("other/");
    assertThat(waited.missingRecords()).isEmpty();
    assertThat(waited.unheard()).isLessThanOrEqualTo(unheard);
    assertThat(waited.violations()).isEmpty();
    assertThat(connects("second-5")).as("with a key of another certificate").isZero();
    assertThat(site.ledger().missingRecords()).isEmpty();
    assertThat(
            site.aws.emulation().endings().all().stream()
                .map(each -> each.reason())
                .collect(Collectors.toSet()))
        .contains(
            "the policy forbids the client id valve-1",
            "the policy forbids the client id second-7",
            "the policy forbids to publish to other/e2e/readings")
        .anyMatch(reason -> reason.startsWith("the signature is none"));
  }

  private static boolean isComplete(Ledger ledger, long counter) {
    return ledger.isBeyond("unit-1", counter) && ledger.missingRecords().isEmpty();
  }

  @Test
  void aSecondClientWithOurIdIsNotFoughtWith() {
    if (!TestRandom.LONG) {
      System.out.println("aws, a second client with our id: only with -Dsluice.long=true");
      return;
    }
    Site plant =
        plant(uplink("cloud", site.tls("gw")).replace("backoffMax: 1s", "backoffMax: 40s"));
    long unheard;
    try (var gateway = site.run(plant)) {
      for (int i = 0; i < 3; i++) {
        Eventually.holds(
            "connected",
            AwsSite.LIMIT,
            () -> site.aws.emulation().isConnected(AwsSite.THING),
            gateway.process()::output);
        try (var other = other()) {
          assertThat(other.connect(AwsSite.THING, null, null)).isZero();
          if (i < 2) {
            int both = 2 * (i + 1);
            Eventually.holds(
                "the gateway, and then the other one are ended",
                AwsSite.LIMIT,
                () -> endedBySecond().size() >= both,
                gateway.process()::output);
          } else {
            gateway.awaitLog("uplink=cloud.*reason=taken_over", 0, AwsSite.LIMIT);
            int known = site.aws.emulation().connects().size();
            Eventually.pass(Duration.ofSeconds(25));
            assertThat(site.aws.emulation().connects().size()).as("a truce").isEqualTo(known);
          }
        }
      }
      assertThat(gateway.page("/status")).contains("two clients with one id");
      long last = server.counters().get(1);
      Eventually.holds(
          "the other is gone",
          Duration.ofSeconds(60),
          () -> isComplete(site.ledger(), last + 4),
          gateway.process()::output);
      unheard = gateway.unheard();
      gateway.stopInOrder();
    }
    assertThat(endedBySecond()).as("both sides").hasSizeGreaterThanOrEqualTo(5);
    assertThat(site.ledger().unheard()).isLessThanOrEqualTo(unheard);
    assertThat(site.ledger().violations()).isEmpty();
  }

  private List<Ending> endedBySecond() {
    return site.aws.emulation().endings().all().stream()
        .filter(each -> each.reason().equals("a second client with its id"))
        .toList();
  }

  private WireClient other() {
    return WireClient.open(AwsSite.ENDPOINT, site.aws.address(), Door.MQTT_PORT, site.pki, "gw");
  }

  /** The broker's certificate has expired, or is not valid yet, as far as this machine knows. */
  @ParameterizedTest
  @CsvSource({"+365d, tls_expired", "-365d, tls_not_yet_valid"})
  void aClockThatIsOffByAYearIsNamed(String by, String word) throws IOException {
    if (by.startsWith("-") && !TestRandom.LONG) {
      System.out.println("aws, a clock that is a year behind: only with -Dsluice.long=true");
      return;
    }
    Site plant = plant(uplink("cloud", site.tls("gw")));
    List<String> wrong =
        List.of(
            ChildProcess.locate("env"),
            "LD_PRELOAD=" + ClockAtBootTest.library(),
            "FAKETIME=" + by,
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "FAKETIME_FORCE_MONOTONIC_FIX=0");
    try (var gateway = site.run(plant, wrong)) {
      gateway.awaitLog("uplink=cloud.*reason=" + word + ".*clock", 0, AwsSite.LIMIT);
      gateway.stopInOrder();
    }
    assertThat(site.aws.emulation().connects().all()).isEmpty();
  }
}

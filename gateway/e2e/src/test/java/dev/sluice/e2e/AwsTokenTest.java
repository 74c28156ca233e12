package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.aws.Authorizer;
import dev.sluice.e2e.cloud.aws.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens at a custom authorizer are over some day, also while readings flow. */
class AwsTokenTest {

  private static final String CLIENT = "by-token";

  /** Its connection stands for so long. */
  private static final Duration GOOD = Duration.ofSeconds(3);

  private static final String AGE = "open for longer than the authorizer says";

  @TempDir Path directory;
  private AwsSite site;
  private LibmodbusServer server;
  private KeyPair key;

  @BeforeEach
  void start() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2_048);
    key = generator.generateKeyPair();
    site = AwsSite.start(directory);
    server = LibmodbusServer.start(1);
  }

  @AfterEach
  void stop() {
    server.close();
    site.close();
  }

  private void authorizer(Duration disconnectAfter) {
    var may = new Policy(List.of(CLIENT), List.of("site/*"), List.of(), List.of());
    site.aws.add(
        new Authorizer(
            "tokens", "t", key.getPublic(), may, Duration.ofMillis(250), disconnectAfter));
  }

  /** As whoever renews tokens does it: whole, and readable by the service alone. */
  private Instant write(Duration good) {
    Instant expiry = Instant.now().plus(good);
    String token = Authorizer.expiring(expiry);
    try {
      Path fresh = directory.resolve("token.new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, token + "\n" + AwsSite.signed(key, token) + "\n");
      Files.move(fresh, directory.resolve("token"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    return expiry;
  }

  private Site plant(String backoffFirst, String backoffMax) {
    String uplink =
        AwsSite.uplink(
            "cloud",
            site.aws.alpnPort(),
            "tls: { ca: \"%s\" }".formatted(site.pki.certificate("ca")),
            "clientId: " + CLIENT,
            "aws-iot: { authorizer: { name: tokens, tokenKey: t, tokenFile: token } }");
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "100ms")
        .linger("50ms")
        .uplinks(
            uplink
                .replaceAll("backoffFirst: .*", "backoffFirst: " + backoffFirst)
                .replaceAll("backoffMax: .*", "backoffMax: " + backoffMax));
  }

  private List<Long> attempts() {
    return site.aws.emulation().connects().all().stream().map(ConnectFields::nanos).toList();
  }

  private List<String> endings() {
    return site.aws.emulation().endings().all().stream().map(Ending::reason).toList();
  }

  private void await(String what, Distribution gateway, BooleanSupplier so) {
    Eventually.holds(what, AwsSite.LIMIT, so, () -> endings() + "\n" + gateway.process().output());
  }

  private boolean isRefused(Distribution gateway) {
    return gateway.page("/status").contains("\"reason\" : \"refused_not_authorized\"");
  }

  @Test
  void aTokenThatIsOverIsNamedAndANewOneTakenWithoutARestart() {
    authorizer(Duration.ofDays(1));
    write(Duration.ofHours(-1));
    try (var gateway = site.run(plant("100ms", "1s"))) {
      gateway.awaitLog("uplink=cloud complaint=token_expired .*good until", 0, AwsSite.LIMIT);
      await("refused", gateway, () -> isRefused(gateway));
      assertThat(endings()).containsOnly(Authorizer.EXPIRED);
      // Where the gateway takes its time, it is another one that is good for as long.
      var expiry = new Instant[] {Instant.now()};
      await(
          "let in",
          gateway,
          () -> {
            boolean in = site.aws.emulation().isConnected(CLIENT) && site.ledger().records() > 0;
            if (!in && Instant.now().isAfter(expiry[0].minus(GOOD.dividedBy(2)))) {
              expiry[0] = write(GOOD);
            }
            return in;
          });
      await("ended", gateway, () -> endings().contains(Authorizer.EXPIRED + ", at a refresh"));
      assertThat(site.ledger().records()).as("under load").isPositive();
      await("refused again", gateway, () -> isRefused(gateway));
      long answered = server.counters().get(1);
      write(Duration.ofHours(1));
      await(
          "everything, also of the time between",
          gateway,
          () -> site.ledger().isBeyond("unit-1", answered + 4) && isComplete(gateway));
      assertThat(gateway.metric("sluice_uplink_complaints_total")).isPositive();
      gateway.stopInOrder();
      assertThat(gateway.process().output())
          .doesNotContain("e30.")
          .doesNotContain("record set aside");
    }
    assertThat(site.ledger().violations()).isEmpty();
  }

  private boolean isComplete(Distribution gateway) {
    return site.ledger().missingRecords().isEmpty() && site.ledger().unheard() <= gateway.unheard();
  }

  /** At the pauses that an uplink has unless it is told; and each connection ends after a while. */
  @Test
  void whoIsRefusedOverItsTokenAsksNoMoreThanTwiceAMinute() {
    if (!TestRandom.LONG) {
      System.out.println("aws, no storm over a token: only with -Dsluice.long=true");
      return;
    }
    authorizer(Duration.ofSeconds(70)); // a few minutes at least in earnest
    write(Duration.ofSeconds(90));
    try (var gateway = site.run(plant("1s", "1m"))) {
      for (String reason : List.of(AGE, Authorizer.EXPIRED)) {
        Eventually.holds(
            reason,
            Duration.ofSeconds(120),
            () -> endings().contains(reason),
            gateway.process()::output);
      }
      int before = attempts().size();
      Eventually.pass(Duration.ofSeconds(130));
      List<Long> refused = attempts().subList(before, attempts().size());
      System.out.printf("aws, no storm over a token: %d attempts in 130 s%n", refused.size());
      for (int i = 3; i < refused.size(); i++) {
        assertThat(Duration.ofNanos(refused.get(i) - refused.get(i - 1)))
            .isGreaterThan(Duration.ofSeconds(29));
      }
      assertThat(refused.size()).isBetween(2, 7);
      long answered = server.counters().get(1);
      write(Duration.ofHours(1));
      Eventually.holds(
          "everything, also of the time between",
          Duration.ofSeconds(100),
          () -> site.ledger().isBeyond("unit-1", answered + 4) && isComplete(gateway),
          gateway.process()::output);
      gateway.stopInOrder();
    }
    assertThat(site.aws.emulation().received().all()).noneMatch(Received::retained);
  }
}

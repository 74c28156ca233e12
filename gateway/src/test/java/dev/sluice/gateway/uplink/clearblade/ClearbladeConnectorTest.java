package dev.sluice.gateway.uplink.clearblade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Detach;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who an attempt says that it is. */
class ClearbladeConnectorTest {

  @TempDir Path directory;

  private Vertx vertx;
  private boolean trusted = true;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    key();
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Path key() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new java.security.spec.ECGenParameterSpec("secp256r1"));
    byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END PRIVATE KEY-----\n";
    return PrivateFile.write(directory.resolve("key.pem"), pem);
  }

  private ClearbladeConnector connector() {
    var options =
        new ClearbladeOptions(
            "plant-7",
            "us-central1",
            "hall",
            "edge",
            "plant-7",
            directory.resolve("key.pem"),
            Duration.ofHours(1),
            true,
            "{device}",
            Unattached.GATEWAY,
            Detach.REMOVED,
            "",
            Form.JSON,
            Compression.NONE,
            Duration.ofSeconds(1),
            Duration.ofMinutes(1));
    var site =
        new ConnectorSite(
            ClockOffsets.NONE,
            new CurrentValues(),
            Commands.NONE,
            Requests.NONE,
            directory,
            time());
    return new ClearbladeConnector(options, "edge-gateway", "cloud", 128 << 10, site);
  }

  private TimeSource time() {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public boolean trusted() {
        return trusted;
      }

      @Override
      public Instant instant() {
        return Instant.parse("2026-03-04T05:06:07Z");
      }
    };
  }

  private Conversation begin(ClearbladeConnector connector) throws Exception {
    var begun = new java.util.concurrent.CompletableFuture<Conversation>();
    vertx.runOnContext(
        ignored -> {
          Future<Conversation> future = connector.begin("01JD", null);
          future.onSuccess(begun::complete).onFailure(begun::completeExceptionally);
        });
    return begun.get(20, TimeUnit.SECONDS);
  }

  private Login login(ClearbladeConnector connector) throws Exception {
    return begin(connector).login();
  }

  @Test
  void theLoginIsThePathOfTheDeviceWithATokenThatIsRenewedInTime() throws Exception {
    try (var connector = connector()) {
      var times = new HashSet<Duration>();
      for (int i = 0; i < 5; i++) {
        Login login = login(connector);
        assertThat(login.clientId())
            .isEqualTo("projects/plant-7/locations/us-central1/registries/hall/devices/edge");
        assertThat(login.username()).as("ignored, but it has to be there").isNotEmpty();
        assertThat(login.password().split("\\.")).hasSize(3);
        assertThat(login.keepsSession()).isFalse();
        assertThat(login.renewAfter()).isBetween(Duration.ofMinutes(42), Duration.ofMinutes(48));
        assertThat(login.toString()).doesNotContain(login.password());
        times.add(login.renewAfter());
      }
      assertThat(times).as("gateways do not all come at once").hasSize(5);
    }
  }

  @Test
  void noTokenIsMadeByAClockThatNobodyVouchesFor() throws Exception {
    try (var connector = connector()) {
      trusted = false;
      failsWith(connector, LinkFailure.CLOCK_UNTRUSTED, "2026-03-04T05:06:07Z");
      trusted = true;
      assertThat(begin(connector)).isNotNull();
    }
  }

  private void failsWith(ClearbladeConnector connector, LinkFailure failure, String words) {
    assertThatThrownBy(() -> begin(connector))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.failure()).isEqualTo(failure))
        .hasMessageContaining(words);
  }

  @Test
  void aKeyThatChangedSignsTheNextToken() throws Exception {
    try (var connector = connector()) {
      byte[] first = DeviceKey.read(directory.resolve("key.pem")).getEncoded();
      assertThat(login(connector)).isNotNull();
      PrivateFile.write(directory.resolve("key.pem"), "half");
      failsWith(connector, LinkFailure.KEY_FILE, "half-written?");
      key();
      assertThat(login(connector)).isNotNull();
      assertThat(DeviceKey.read(directory.resolve("key.pem")).getEncoded()).isNotEqualTo(first);
    }
  }

  @Test
  void whichConfigurationWasCarriedOutIsKnownAfterARestart() throws Exception {
    Path file = directory.resolve("clearblade-cloud.applied");
    var written = new Applied(file);
    var done = new java.util.concurrent.CompletableFuture<Void>();
    vertx.runOnContext(
        ignored -> {
          written.put("edge", new Applied.Config("abc", 7), Vertx.currentContext());
          written.put("press", new Applied.Config("def", -1), Vertx.currentContext());
          done.complete(null);
        });
    done.get(20, TimeUnit.SECONDS);
    awaitText(file, "press");
    var read = new Applied(file);
    read.load();
    assertThat(read.of("edge")).isEqualTo(new Applied.Config("abc", 7));
    assertThat(read.of("press")).isEqualTo(new Applied.Config("def", -1));
    PrivateFile.write(file, "{\"edge\":");
    var broken = new Applied(file);
    broken.load();
    assertThat(broken.of("edge")).isNull();
  }

  private static void awaitText(Path file, String text) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!text(file).contains(text)) {
      assertThat(System.nanoTime()).as("written").isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(5); // a file tells no one that it changed
    }
  }

  private static String text(Path file) {
    try {
      return java.nio.file.Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}

package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.AzureOptions.Provisioning;
import dev.sluice.gateway.uplink.connector.AzureOptions.Receives;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the tests of this connector begin with. */
final class Known {

  static final String HUB = "myhub.azure-devices.net";

  private Known() {}

  static AzureOptions options(String url, @Nullable Provisioning provisioning) {
    return new AzureOptions(
        URI.create(url),
        null,
        "plant-7",
        "",
        Duration.ofHours(1),
        Receives.ALL,
        Form.JSON,
        Compression.NONE,
        provisioning);
  }

  static AzureOptions options(Form form, Compression compression) {
    return options("plant-7", form, compression);
  }

  static AzureOptions options(String device, Form form, Compression compression) {
    return new AzureOptions(
        URI.create("ssl://" + HUB),
        null,
        device,
        "",
        Duration.ofHours(1),
        Receives.ALL,
        form,
        compression,
        null);
  }

  /** The next conversation, begun on a context. */
  static Conversation begin(Vertx vertx, Connector connector, String stream, Credentials with) {
    Promise<Conversation> begun = Promise.promise();
    vertx.runOnContext(ignored -> connector.begin(stream, with).onComplete(begun));
    return begun.future().toCompletionStage().toCompletableFuture().join();
  }

  /** A key, and no TLS. */
  static Credentials key(Vertx vertx, @Nullable String key) {
    var options = new CredentialOptions(null, key, null);
    return new CredentialFiles(vertx, "cloud", options, new Monotonic()).next().result();
  }
}

package dev.sluice.gateway.uplink.credential;

import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Files as an uplink reads them. */
public final class Loaded {

  private Loaded() {}

  public static TlsMaterial from(Vertx vertx, TlsOptions options) throws Exception {
    var files =
        new CredentialFiles(
            vertx, "cloud", new CredentialOptions(options, null, null), new Monotonic());
    return files.next().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).tls();
  }
}

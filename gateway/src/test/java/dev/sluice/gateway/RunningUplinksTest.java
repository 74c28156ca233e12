package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.batch.ClockAnchors;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.outbox.CursorStart;
import dev.sluice.gateway.outbox.Storage;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.uplink.UplinkSite;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.connector.BareSite;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Uplinks over an outbox on disk, without the rest of the gateway. */
@ExtendWith(VertxExtension.class)
class RunningUplinksTest {

  @TempDir Path directory;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void oneThatCannotBeForgottenKeepsTheOthersNotFromStarting(Vertx vertx) throws Exception {
    GatewayConfig config = config();
    var time = new SystemClock(config.clock());
    Storage storage =
        await(
            Storage.open(
                vertx,
                config.outbox(),
                config.memory(),
                config.flash(),
                Map.of("staying", CursorStart.NOW, "removed", CursorStart.NOW),
                time));
    Path cursor = config.outbox().directory().resolve("removed.cursor");
    Files.delete(cursor);
    Files.createDirectories(cursor.resolve("full")); // which nobody can delete as a file
    var letters =
        new DeadLetters(
            vertx, config.outbox().directory(), config.deadLetterBytes(), config.outbox().keys());
    var site =
        new UplinkSite(
            letters, BareSite.bare(), ClockAnchors.beside(config.clock().floorFile(), time), time);
    var uplinks = new RunningUplinks(vertx, storage, site);
    try {
      await(site.start(vertx));
      await(uplinks.start(config));
      assertThat(storage.uplinks()).as("not forgotten").contains("removed");
      assertThat(uplinks.stats()).extracting(UplinkStats::id).containsExactly("staying");
    } finally {
      await(uplinks.stop());
      await(storage.close());
    }
  }

  /** Port 9 is where nobody listens; that the broker does not answer is of no matter here. */
  private GatewayConfig config() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("sluice.yaml"),
            """
            gateway: { id: plant, directory: "%s" }
            clock: { trust: always }
            uplinks:
              staying: { connector: mqtt, url: "tcp://127.0.0.1:9", topic: readings }
            """
                .formatted(directory));
    return new ConfigLoader(DriverCatalog.load().drivers(), ConfigLimits.DEFAULTS)
        .load(file)
        .config();
  }
}

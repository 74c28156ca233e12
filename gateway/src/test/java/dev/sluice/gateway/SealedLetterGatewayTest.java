package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.outbox.dead.DeadLetter;
import dev.sluice.gateway.outbox.dead.DeadLetterStats;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.outbox.log.Keys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway gives its dead letters the keys that its outbox has. */
class SealedLetterGatewayTest {

  private static final String PLAIN = "gateway: { id: plant, directory: \"%s\" }\n";
  private static final String WITH_KEY =
      PLAIN + "outbox: { encryption: { key: \"" + "0".repeat(64) + "\" } }\n";

  @TempDir Path directory;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private GatewayConfig load(String yaml) throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), yaml.formatted(directory));
    return new ConfigLoader(DriverCatalog.load().drivers(), ConfigLimits.DEFAULTS)
        .load(file)
        .config();
  }

  private DeadLetterStats stats(String yaml) throws Exception {
    Vertx vertx = Vertx.vertx(); // a process has one gateway
    GatewayConfig config = load(yaml);
    Gateway gateway =
        await(Gateway.start(vertx, config, DriverCatalog.load(), new SystemClock(config.clock())));
    while (gateway.deadLetters().letters() == 0) {
      TimeUnit.MILLISECONDS.sleep(5); // counted beside the start, and nobody is told
    }
    DeadLetterStats stats = gateway.deadLetters();
    await(gateway.stop());
    await(vertx.close());
    return stats;
  }

  @Test
  @Timeout(60)
  void aSealedLetterIsReadWithTheKeyAndLockedWithoutIt() throws Exception {
    Path outbox = load(WITH_KEY).outbox().directory();
    var letter = new DeadLetter("cloud", "S1", 5, 0, 1, 0, "too odd", new byte[] {1});
    Keys keys = Keys.of(new byte[32], List.of());
    Vertx vertx = Vertx.vertx();
    await(new DeadLetters(vertx, outbox, 1 << 20, keys).keep(letter));
    await(vertx.close());

    DeadLetterStats with = stats(WITH_KEY);
    assertThat(with.letters()).isEqualTo(1);
    assertThat(with.locked()).isZero();
    assertThat(with.damaged()).isZero();
    DeadLetterStats without = stats(PLAIN);
    assertThat(without.letters()).isEqualTo(1);
    assertThat(without.locked()).isEqualTo(1);
    assertThat(without.damaged()).isZero();
  }
}

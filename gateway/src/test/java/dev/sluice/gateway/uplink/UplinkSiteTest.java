package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batch.ClockAnchors;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.outbox.dead.HungDisk;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Vertx;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway polls before it knows of its letters, and whether it ever does or not. */
class UplinkSiteTest {

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void start(DeadLetters letters) throws Exception {
    var time = new Monotonic();
    new UplinkSite(
            letters, BareSite.bare(), ClockAnchors.beside(directory.resolve("floor"), time), time)
        .start(vertx)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void startsWhileTheDiskOfTheLettersHangs() throws Exception {
    var disk = new HungDisk();
    try {
      start(disk.letters(vertx, directory, Duration.ofMinutes(1)));
    } finally {
      disk.release();
    }
  }

  /** Opening a pipe into which nobody writes hangs as a disk does. */
  @Test
  void startsWhileTheDiskOfTheAnchorsHangs() throws Exception {
    Path pipe = directory.resolve("anchors");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor()).isZero();
    try {
      start(new DeadLetters(vertx, directory, 1 << 20, Keys.NONE));
    } finally {
      try (OutputStream end = Files.newOutputStream(pipe)) {
        assertThat(end).isNotNull();
      }
    }
  }
}

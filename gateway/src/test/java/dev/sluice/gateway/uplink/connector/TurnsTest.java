package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A conversation that is over is not kept by what it wanted to do in an hour. */
class TurnsTest {

  @Test
  void whatWasToComeLaterDoesNotComeAfterTheEnd() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      List<String> came = new CopyOnWriteArrayList<>();
      var done = new CompletableFuture<Void>();
      vertx.runOnContext(
          ignored -> {
            Turns over = Turns.of(vertx, Vertx.currentContext());
            over.later(Duration.ofMillis(5), () -> came.add("over"));
            over.stop();
            over.later(Duration.ofMillis(5), () -> came.add("after the end"));
            Turns other = Turns.of(vertx, Vertx.currentContext());
            other.later(Duration.ofMillis(5), () -> came.add("other"));
            other.later(Duration.ofMillis(5), () -> came.add("cancelled")).cancel();
            other.soon(() -> came.add("soon"));
            other.later(Duration.ofMillis(30), () -> done.complete(null));
          });
      done.get(20, TimeUnit.SECONDS);
      assertThat(came).containsExactly("soon", "other");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }
}

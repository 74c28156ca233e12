package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Seed;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LaneFeedTest {

  /** While history drains, for days, the oldest is there and nobody asks the live lane. */
  @Test
  void forgetsWhatArrivedAlsoWhenNobodyAsksForTheOldest() throws Exception {
    Vertx vertx = Vertx.vertx();
    var feed =
        new LaneFeed(
            Lane.LIVE,
            vertx,
            new FakeOutbox(),
            new UplinkCounters(),
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), Seed.random()),
            seq -> false,
            () -> {});
    for (int seq = 1; seq <= 10_000; seq++) {
      var pending = new Pending(Lane.LIVE, seq, null, List.of("t"), 1);
      feed.rendered(seq, pending, List.of());
      pending.left = 0;
    }
    assertThat(feed.watched()).isEqualTo(1);
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}

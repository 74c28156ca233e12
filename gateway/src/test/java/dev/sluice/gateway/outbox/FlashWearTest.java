package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the flash has to take, and what is said about it. */
@Tag("alone")
class FlashWearTest {

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TB = 1_000_000_000_000L;

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void theLifetimeFollowsTheRateOfTheLastDay() {
    var wear = new FlashWear(new FlashOptions(30 * TB, Duration.ofSeconds(1)), 0);
    assertThat(wear.stats(false, 0, 0).lifetimeDays()).as("nothing written").isNaN();
    long now = 0;
    for (int hour = 0; hour < 48; hour++) {
      now += HOUR;
      wear.wrote(TB / 24, now); // a terabyte a day
    }
    assertThat(wear.stats(false, 0, now).lifetimeDays()).isCloseTo(30, within(1.5));
    for (int hour = 0; hour < 48; hour++) {
      now += HOUR;
      wear.wrote(TB / 240, now); // then a tenth of that
    }
    assertThat(wear.stats(false, 0, now).lifetimeDays()).isCloseTo(300, within(15.0));
    assertThat(new FlashWear(FlashOptions.DEFAULTS, 0).stats(false, 0, HOUR).lifetimeDays())
        .as("endurance not known")
        .isNaN();
  }

  @Test
  void slowSyncsAreCountedAndTheLongestIsKnown() {
    var wear = new FlashWear(FlashOptions.DEFAULTS, 0);
    wear.synced(SECOND / 1_000, SECOND);
    wear.synced(3 * SECOND, 5 * SECOND);
    wear.synced(2 * SECOND, 8 * SECOND);
    wear.synced(SECOND / 1_000, 90 * SECOND);
    FlashStats stats = wear.stats(false, 0, 90 * SECOND);
    assertThat(stats.slowSyncs()).isEqualTo(2);
    assertThat(stats.syncs()).isEqualTo(4);
    assertThat(stats.longestSyncNanos()).isEqualTo(3 * SECOND);
    assertThat(stats.syncNanos()).isEqualTo(5 * SECOND + 2 * SECOND / 1_000);
  }

  @Test
  void onceAllIsDeliveredNothingIsWrittenAnyMore() throws Exception {
    var files = new MemoryFiles();
    Vertx vertx = Vertx.vertx();
    try {
      Storage storage =
          get(
              Storage.open(
                  vertx,
                  OutboxOptions.defaults(Path.of("/outbox")),
                  MemoryOptions.of(8 << 20, 64 << 10, Duration.ofSeconds(15)),
                  FlashOptions.DEFAULTS,
                  Map.of("cloud", CursorStart.NOW),
                  new TestTime(),
                  files));
      long seq = get(storage.append(RecordKind.DATA, new byte[1_000], 1));
      OutboxCursor cursor = storage.serving("cloud").cursor("cloud");
      var synced = new CompletableFuture<Boolean>();
      var acknowledged = new CompletableFuture<Boolean>();
      files.hook(
          (op, path) -> {
            if (op == MemoryFiles.Op.FORCE && acknowledged.isDone()) {
              synced.complete(true);
            }
          });
      assertThat(get(cursor.read(0, 1 << 20))).hasSize(1);
      acknowledged.complete(true);
      cursor.ack(seq);
      synced.get(20, TimeUnit.SECONDS);
      FlashStats before = await(storage);
      var touched = new CompletableFuture<String>();
      files.hook((op, path) -> touched.complete(op + " " + path));
      // Three times the cursor's clock; the long one has the clock that looks for old records, too.
      long seconds = Boolean.getBoolean("sluice.long") ? 25 : 3;
      assertThatThrownBy(() -> touched.get(seconds, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(storage.stats().flash().syncs()).isEqualTo(before.syncs());
      assertThat(before.amplification()).isGreaterThan(1);
      get(storage.close());
    } finally {
      get(vertx.close());
    }
  }

  /** The last cursor may be under way. */
  private static FlashStats await(Storage storage) throws InterruptedException {
    FlashStats last = storage.stats().flash();
    for (int same = 0; same < 100; ) {
      Thread.sleep(10);
      FlashStats next = storage.stats().flash();
      same = next.syncs() == last.syncs() ? same + 1 : 0;
      last = next;
    }
    return last;
  }
}

package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.Seed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of a record, and what is said of it, and in which order. */
class SetAsideTest {

  private static final OutboxRecord WHOLE =
      new OutboxRecord(7, RecordKind.DATA, 9, new byte[] {1, 2});
  private static final OutboxRecord PART = new OutboxRecord(7, RecordKind.DATA, 2, new byte[] {2});

  private final Vertx vertx = Vertx.vertx();
  private final FakeOutbox outbox = new FakeOutbox();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final Promise<Void> disk = Promise.promise();
  private final AtomicInteger failing = new AtomicInteger();

  private final SetAside aside =
      new SetAside(
          vertx,
          this::append,
          (record, why) -> {
            done.add("kept " + record.readings() + ": " + why);
            return disk.future();
          },
          outbox,
          new UplinkCounters(),
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), Seed.random()),
          () -> {});

  private Future<Long> append(RecordKind kind, byte[] payload, int readings) {
    if (failing.getAndDecrement() > 0) {
      done.add("failed");
      return Future.failedFuture("no space");
    }
    try {
      done.add("appended " + GapRecord.decode(payload));
    } catch (OutboxException e) {
      return Future.failedFuture(e);
    }
    return Future.succeededFuture(8L);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> keep(Rendered rendered) {
    return aside.keep(WHOLE, rendered).toCompletionStage().toCompletableFuture();
  }

  @Test
  void ofWhatNoMessageTellsAGapTellsWhenItIsKept() throws Exception {
    failing.set(2);
    CompletableFuture<Void> safe = keep(new Rendered(List.of(), 0, 2, true, PART));
    assertThat(done)
        .containsExactly("kept 2: 2 of its values fit no message, or nobody takes them");
    assertThat(safe).isNotDone();
    disk.complete();
    safe.get(20, TimeUnit.SECONDS);
    assertThat(done.subList(1, 4))
        .containsExactly(
            "failed", "failed", "appended " + new GapRecord(7, 7, 2, "refused", "cloud"));
  }

  @Test
  void whatTheMessageTellsItselfNeedsNoGap() throws Exception {
    disk.complete();
    keep(new Rendered(List.of(), 0, 1)).get(20, TimeUnit.SECONDS);
    assertThat(done)
        .containsExactly("kept 9: 1 of its values fit no message, or nobody takes them");
  }

  @Test
  void ofAWholeRecordThatIsKeptNobodyKnowsHowMuchIsMissing() throws Exception {
    disk.complete();
    keep(new Rendered(List.of(), 0, 2, true, null)).get(20, TimeUnit.SECONDS);
    assertThat(done).last().isEqualTo("appended " + new GapRecord(7, 7, 0, "refused", "cloud"));
  }
}

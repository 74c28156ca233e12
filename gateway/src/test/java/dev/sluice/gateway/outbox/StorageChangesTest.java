package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of the configuration, the end and bugs, while records change their place. */
class StorageChangesTest {

  private static final String UPLINK = "cloud";
  private static final String NEW = "new";
  private static final Map<String, CursorStart> ONE = Map.of(UPLINK, CursorStart.NOW);
  private static final Map<String, CursorStart> BOTH =
      Map.of(UPLINK, CursorStart.NOW, NEW, CursorStart.NOW);

  private static final MemoryFiles.Hook WORKS = (op, path) -> {};
  private static final MemoryFiles.Hook BROKEN =
      (op, path) -> {
        throw new IOException("injected: " + op);
      };

  private final MemoryFiles files = new MemoryFiles();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final List<Storage> opened = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    goOn.countDown();
    files.hook(WORKS);
    for (Storage storage : opened) {
      get(storage.close());
    }
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting for: %s", what).isNegative();
      Thread.sleep(2);
    }
  }

  private static OutboxOptions options() {
    return new OutboxOptions(
        Path.of("/outbox"),
        256 * 1024,
        Duration.ofDays(30),
        Duration.ofMillis(2),
        32 * 1024,
        Duration.ofMillis(10),
        64 * 1024,
        1 << 20,
        64 * 1024);
  }

  private Storage open(TimeSource time) throws Exception {
    var memory =
        new MemoryOptions(
            256 * 1024,
            32 * 1024,
            Duration.ofMillis(200),
            Duration.ofMillis(10),
            Duration.ofMillis(50));
    Storage storage =
        get(Storage.open(vertx, options(), memory, FlashOptions.DEFAULTS, ONE, time, files));
    opened.add(storage);
    return storage;
  }

  private Storage open() throws Exception {
    return open(new TestTime());
  }

  private static Future<Long> append(Storage storage) {
    return storage.append(RecordKind.DATA, new byte[600], 1);
  }

  private static void acknowledgeAll(Outbox outbox, String uplink) {
    for (long seq = 1; seq < outbox.stats().next(); seq++) {
      outbox.cursor(uplink).ack(seq);
    }
  }

  private void hang() {
    files.hook((op, path) -> awaitQuietly(goOn));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anUplinkThatComesBetweenTheOpeningOfTheDiskAndItsUseHasACursorThere() throws Exception {
    Storage storage = open();
    for (int n = 0; n < 20; n++) {
      get(append(storage));
    }
    files.hook(BROKEN);
    get(append(storage));
    assertThat(storage.stats().durable()).isFalse();
    Promise<Void> held = Promise.promise();
    CountDownLatch holds = new CountDownLatch(1);
    storage.onSwitch(
        () -> {
          holds.countDown();
          return held.future(); // as a reload does: what comes after it waits
        });
    assertThat(holds.await(20, TimeUnit.SECONDS)).isTrue();
    CountDownLatch reopened = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE && path.toString().contains(".cursor")) {
            reopened.countDown(); // its cursors were joined
          }
        });
    assertThat(reopened.await(20, TimeUnit.SECONDS)).isTrue();
    Thread.sleep(50); // and that is known: it waits for its turn
    get(storage.join(BOTH));
    held.complete();
    until("disk", () -> storage.stats().durable());
    Outbox memory = storage.serving(UPLINK);
    acknowledgeAll(memory, UPLINK);
    acknowledgeAll(memory, NEW);
    until("disk for both", () -> storage.stats().bytes() == 0);
    Outbox disk = storage.serving(NEW);
    assertThat(disk).isNotSameAs(memory);
    assertThat(disk.uplinks()).contains(NEW);
    assertThat(disk.cursor(NEW).low()).as("begins now").isGreaterThan(20);
  }

  @Test
  void anUplinkThatComesWhileTheLastGoesToDiskIsHandedOverBeforeMemoryGoes() throws Exception {
    files.hook(BROKEN);
    Storage storage = open();
    for (int n = 0; n < 10; n++) {
      get(append(storage));
    }
    Outbox memory = storage.serving(UPLINK);
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
    AtomicInteger calls = new AtomicInteger();
    AtomicReference<Outbox> served = new AtomicReference<>();
    storage.onSwitch(
        () -> {
          int call = calls.incrementAndGet();
          if (call == 2) { // the move waits for a reload
            return storage.join(BOTH).onSuccess(done -> served.set(storage.serving(NEW)));
          }
          if (served.get() != null) {
            served.set(storage.serving(NEW));
          }
          return Future.succeededFuture();
        });
    acknowledgeAll(memory, UPLINK);
    until("the new one to be served", () -> served.get() != null);
    until(
        "memory to go",
        () -> {
          acknowledgeAll(memory, NEW); // a gap: how far back it does not go
          return storage.stats().bytes() == 0;
        });
    assertThat(served.get()).isSameAs(storage.serving(NEW)).isNotSameAs(memory);
    assertThat(get(served.get().cursor(NEW).read(0, 1000))).isEmpty();
  }

  @Test
  void aReloadIsNotHeldUpByADiskThatHangs() throws Exception {
    Storage storage = open();
    get(append(storage));
    hang();
    Future<Long> record = append(storage);
    until("the write", () -> storage.outbox().pending() > 0);
    Future<Void> joined = storage.join(BOTH);
    Future<Void> forgotten = storage.forget(UPLINK);
    assertThatThrownBy(() -> get(joined)).hasMessageContaining("does not answer within");
    assertThatThrownBy(() -> get(forgotten)).hasMessageContaining("does not answer within");
    get(record);
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.uplinks()).contains(NEW);
  }

  @Test
  void aDiskThatHangsIsGivenUpWhenNothingButAReloadWaitsForIt() throws Exception {
    Storage storage = open();
    get(append(storage));
    hang();
    Future<Void> joined = storage.join(BOTH);
    assertThatThrownBy(() -> get(joined)).hasMessageContaining("does not answer within");
    assertThat(storage.stats().durable()).isFalse();
    get(append(storage));
  }

  @Test
  void afterABugInTheWritingThreadItGoesOnInMemoryAndThenOnDisk() throws Exception {
    Storage storage = open();
    get(append(storage));
    files.hook(
        (op, path) -> {
          if (path.toString().contains(".cursor")) {
            throw new OutOfMemoryError("injected");
          }
        });
    Outbox disk = storage.serving(UPLINK);
    disk.cursor(UPLINK).ack(1);
    until("memory", () -> !storage.stats().durable());
    assertThat(storage.stats().reason()).contains("injected");
    get(append(storage));
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
    get(append(storage));
  }

  @Test
  void countersGoOnWhileRecordsChangeTheirPlace() throws Exception {
    Storage storage = open();
    for (int n = 0; n < 600; n++) {
      get(append(storage)); // more than fit
    }
    Map<String, Long> lost = storage.stats().lostFromDisk();
    assertThat(lost).containsOnlyKeys("bytes");
    assertThat(storage.stats().lost()).isEmpty();
    OutboxStats before = storage.outbox();
    assertThat(before.writable()).isTrue();
    files.hook(BROKEN);
    get(append(storage));
    OutboxStats inMemory = storage.outbox();
    assertThat(storage.stats().durable()).isFalse();
    assertThat(inMemory.writable()).isFalse();
    assertThat(inMemory.failures()).isGreaterThan(before.failures());
    assertThat(inMemory.evictedRecords()).isGreaterThanOrEqualTo(before.evictedRecords());
    assertThat(inMemory.appended()).isGreaterThanOrEqualTo(601);
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
    acknowledgeAll(storage.serving(UPLINK), UPLINK);
    until("memory to go", () -> storage.stats().bytes() == 0);
    OutboxStats onDisk = storage.outbox();
    assertThat(onDisk.writable()).isTrue();
    assertThat(onDisk.failures()).isGreaterThanOrEqualTo(inMemory.failures());
    assertThat(onDisk.appended()).isGreaterThanOrEqualTo(inMemory.appended());
    assertThat(onDisk.evictedRecords()).isGreaterThanOrEqualTo(inMemory.evictedRecords());
    assertThat(storage.stats().lostFromDisk().get("bytes"))
        .isGreaterThanOrEqualTo(lost.get("bytes"));
  }

  @Test
  void whatBecomesCurrentWhileItClosesIsClosedToo() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    var time =
        new TimeSource() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public boolean trusted() {
            return true;
          }

          @Override
          public Instant instant() {
            if (stop.compareAndSet(true, false)) {
              stopped.countDown();
              awaitQuietly(goOn);
            }
            return Instant.ofEpochMilli(1_700_000_000_000L);
          }
        };
    files.hook(BROKEN);
    Storage storage = open(time);
    get(append(storage));
    Outbox memory = storage.serving(UPLINK);
    stop.set(true); // the next to ask begins a segment in memory
    Future<Long> record = append(storage);
    for (int n = 0; n < 100; n++) {
      record = append(storage);
    }
    assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    files.hook(WORKS);
    until("the change to wait for the memory", () -> memory.waiting().askedNanos() > 0);
    Future<Void> closed = storage.close();
    opened.clear();
    goOn.countDown();
    get(closed);
    get(record);
    get(get(Outbox.open(vertx, options(), new TestTime(), files)).close());
  }
}

package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A storage on files in memory, for the tests that extend this. */
abstract class StorageRig {

  final MemoryFiles files = new MemoryFiles();
  static final Path DIRECTORY = Path.of("/outbox");
  static final String UPLINK = "cloud";
  static final MemoryFiles.Hook WORKS = (op, path) -> {};
  final List<Storage> opened = new ArrayList<>();
  Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    files.hook(WORKS);
    for (Storage storage : opened) {
      get(storage.close());
    }
    get(vertx.close());
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting for: %s", what).isNegative();
      Thread.sleep(2);
    }
  }

  static OutboxOptions options(Path directory) {
    return new OutboxOptions(
        directory,
        256 * 1024,
        Duration.ofDays(30),
        Duration.ofMillis(2),
        32 * 1024,
        Duration.ofMillis(10),
        64 * 1024,
        1 << 20,
        64 * 1024);
  }

  static MemoryOptions memory(Duration after) {
    return new MemoryOptions(
        256 * 1024, 32 * 1024, after, Duration.ofMillis(10), Duration.ofMillis(50));
  }

  Storage open(Path directory, FileOps disk, Duration after) throws Exception {
    return open(directory, disk, memory(after));
  }

  Storage open(Path directory, FileOps disk, MemoryOptions memory) throws Exception {
    Storage storage =
        get(
            Storage.open(
                vertx,
                options(directory),
                memory,
                FlashOptions.DEFAULTS,
                Map.of(UPLINK, CursorStart.NOW),
                new TestTime(),
                disk));
    opened.add(storage);
    return storage;
  }

  Storage open() throws Exception {
    return open(DIRECTORY, files, Duration.ofMillis(200));
  }

  Future<Long> append(Storage storage, int n) {
    byte[] payload = new byte[600];
    payload[0] = (byte) n;
    payload[1] = (byte) (n >> 8);
    return storage.append(RecordKind.DATA, payload, 1);
  }

  static int number(OutboxRecord record) {
    return (record.payload()[0] & 0xFF) | (record.payload()[1] & 0xFF) << 8;
  }

  /** All data that an outbox has for the uplink, in its order. */
  static List<Integer> numbers(Outbox outbox) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    for (OutboxRecord record : records(outbox).values()) {
      if (record.kind() == RecordKind.DATA) {
        numbers.add(number(record));
      }
    }
    return numbers;
  }

  static TreeMap<Long, OutboxRecord> records(Outbox outbox) throws Exception {
    OutboxCursor cursor = outbox.cursor(UPLINK);
    TreeMap<Long, OutboxRecord> all = new TreeMap<>();
    List<OutboxRecord> read = get(cursor.read(0, 1 << 20));
    while (!read.isEmpty()) {
      read.forEach(record -> all.put(record.seq(), record));
      read = get(cursor.read(all.lastKey() + 1, 1 << 20));
    }
    return all;
  }

  static List<Integer> range(int from, int to) {
    List<Integer> range = new ArrayList<>();
    for (int n = from; n < to; n++) {
      range.add(n);
    }
    return range;
  }

  static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}

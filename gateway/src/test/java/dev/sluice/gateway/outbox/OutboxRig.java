package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An outbox on files in memory, for the tests that extend this. */
abstract class OutboxRig {

  static final Path MEMORY = Path.of("/outbox");
  final MemoryFiles files = new MemoryFiles();
  Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static OutboxException.Reason refusal(Future<?> future) throws Exception {
    try {
      get(future);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(OutboxException.class);
      return ((OutboxException) e.getCause()).reason();
    }
    throw new AssertionError("succeeded");
  }

  static OutboxOptions options(Path directory) {
    return new OutboxOptions(
        directory,
        256 * 1024,
        Duration.ofDays(30),
        Duration.ofMillis(20),
        32 * 1024,
        Duration.ofMillis(30),
        64 * 1024,
        82_000,
        64 * 1024);
  }

  /** No waiting for company: commits and cursor syncs are due at once. */
  static OutboxOptions eager() {
    OutboxOptions usual = options(MEMORY);
    return new OutboxOptions(
        MEMORY,
        usual.maxBytes(),
        usual.maxAge(),
        Duration.ZERO,
        usual.segmentBytes(),
        Duration.ZERO,
        usual.commitBytes(),
        usual.maxPending(),
        usual.maxDamaged());
  }

  Outbox open() throws Exception {
    return open(MEMORY, files);
  }

  Outbox open(Path directory, FileOps disk) throws Exception {
    return get(Outbox.open(vertx, options(directory), new TestTime(), disk));
  }

  static byte[] payload(int n, int size) {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) n;
    bytes[1] = (byte) (n >> 8);
    return bytes;
  }

  static List<Long> seqs(List<OutboxRecord> records) {
    return records.stream().map(OutboxRecord::seq).toList();
  }

  static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}

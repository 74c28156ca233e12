package dev.sluice.benchmarks;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A process with the outbox of the gateway on a directory that may hold a backlog, told by one line
 * what to do. Argument: the directory.
 *
 * <pre>
 * heap LIVE_RATE    reads all that is there, and live records beside    heap BYTES
 * drain LIVE_RATE   the same, and acknowledges
 *                   drained RECORDS_PER_SECOND DURABLE_P99_MILLIS READ_P99_MILLIS REFUSED
 * </pre>
 */
final class DrainProgram {

  private static final long UNBOUNDED = 1L << 40;
  private static final int WAIT_SECONDS = 300;

  /** How often the heap is looked at, and at least how long. */
  private static final long LOOK_MILLIS = 200;

  private static final int LOOKS = 10;

  private final Vertx vertx;
  private final Outbox outbox;

  private DrainProgram(Vertx vertx, Outbox outbox) {
    this.vertx = vertx;
    this.outbox = outbox;
  }

  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    if (line == null) {
      return;
    }
    String[] words = line.split(" ", -1);
    int rate = Integer.parseInt(words[1]);
    Vertx vertx = Vertx.vertx();
    Outbox outbox = await(Outbox.open(vertx, options(Path.of(arguments[0])), new Clock()));
    var program = new DrainProgram(vertx, outbox);
    switch (words[0]) {
      case "heap" -> program.heap(rate);
      case "drain" -> program.drain(rate);
      default -> throw new IOException("unknown command " + line);
    }
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** All at its defaults, but that there is room for the whole backlog. */
  private static OutboxOptions options(Path directory) {
    OutboxOptions defaults = OutboxOptions.defaults(directory);
    return new OutboxOptions(
        directory,
        UNBOUNDED,
        defaults.maxAge(),
        defaults.commitWindow(),
        defaults.segmentBytes(),
        defaults.cursorSync());
  }

  private void drain(int rate) throws Exception {
    var lanes = new Lanes(vertx, outbox.cursor(SluiceStore.UPLINK), outbox, true);
    long start = System.nanoTime();
    long records = await(lanes.run(rate, Duration.ZERO));
    await(outbox.close()); // acknowledgements count when they are on disk
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "drained %.1f %.3f %.3f %d%n",
        records / seconds,
        lanes.durableMillis(0.99),
        lanes.readMillis(0.99),
        lanes.refused());
  }

  private void heap(int rate) throws Exception {
    var lanes = new Lanes(vertx, outbox.cursor(SluiceStore.UPLINK), outbox, false);
    Future<Long> all = lanes.run(rate, Duration.ofMillis(LOOKS * LOOK_MILLIS));
    long most = 0;
    while (!all.isComplete()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      System.gc();
      most = Math.max(most, usedAfterCollection());
    }
    long unused = await(all);
    await(outbox.close());
    System.out.println("heap " + most);
  }

  private static long usedAfterCollection() {
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && left != null) {
        used += left.getUsed();
      }
    }
    return used;
  }

  private static final class Clock implements TimeSource {
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
      return Instant.now();
    }
  }
}

package dev.sluice.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process with one MQTT client, told line by line what to do; it ends when its input does.
 * Arguments: name of the client, port of the broker, messages in flight.
 *
 * <pre>
 * rate BYTES MILLIS     each acknowledgement sends the next
 *                       rate MESSAGES_PER_SECOND CPU_SECONDS_PER_100K
 * </pre>
 */
final class PublishProgram {

  private final int window;
  private final Publisher publisher;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile long endNanos;
  private volatile CountDownLatch drained = new CountDownLatch(1);

  private PublishProgram(String name, int port, int window) throws Exception {
    this.window = window;
    this.publisher = Publisher.open(name, port, window, this::acknowledged);
  }

  /** Starts it on the core where all take turns. */
  static Program start(String name, int port, int window) throws java.io.IOException {
    return Program.java(
        name,
        StoreProgram.CPU,
        PublishProgram.class,
        name,
        Integer.toString(port),
        Integer.toString(window));
  }

  public static void main(String[] arguments) throws Exception {
    var program =
        new PublishProgram(
            arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    System.out.println("ready 0");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println(program.rate(Integer.parseInt(words[1]), Long.parseLong(words[2])));
    }
    program.publisher.close();
    System.exit(0);
  }

  private String rate(int bytes, long millis) throws InterruptedException {
    byte[] payload = new byte[bytes];
    new SplittableRandom(1).nextBytes(payload);
    publisher.payload(payload);
    drained = new CountDownLatch(1);
    inFlight.set(window);
    long cpu = MasterLoop.cpuNanos();
    long before = acknowledged.get();
    long start = System.nanoTime();
    endNanos = start + TimeUnit.MILLISECONDS.toNanos(millis);
    publisher.run(
        () -> {
          for (int i = 0; i < window; i++) {
            publisher.publish();
          }
        });
    if (!drained.await(millis + 30_000, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(inFlight + " messages are not acknowledged");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long count = acknowledged.get() - before;
    double cpuSeconds = (MasterLoop.cpuNanos() - cpu) / 1e9;
    return String.format(
        Locale.ROOT, "rate %.1f %.3f", count / seconds, cpuSeconds * 100_000 / count);
  }

  private void acknowledged() {
    acknowledged.incrementAndGet();
    if (System.nanoTime() - endNanos < 0) {
      publisher.publish();
    } else if (inFlight.decrementAndGet() == 0) {
      drained.countDown();
    }
  }
}

package dev.sluice.gateway.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes log lines on a thread of its own, so that a reader that stalls (a full pipe, a slow disk
 * below the journal) never holds up an event loop. Holds 1024 lines; what comes beyond is dropped
 * and counted in the log itself. When the process ends, lines are written at once. Thread-safe.
 */
final class LogOutput {

  private static final int CAPACITY = 1024;

  private final OutputStream out;
  private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean direct;

  LogOutput(OutputStream out) {
    this.out = out;
    var writer = new Thread(this::run, "sluice-log");
    writer.setDaemon(true);
    writer.start();
  }

  void write(byte[] line) {
    if (direct) {
      drain();
      print(line);
    } else if (!lines.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  /** From here on without the thread; what waits is written first. */
  void direct() {
    direct = true;
    drain();
  }

  private void run() {
    try {
      while (true) {
        print(lines.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      direct();
    }
  }

  private void drain() {
    for (byte[] line = lines.poll(); line != null; line = lines.poll()) {
      print(line);
    }
  }

  private synchronized void print(byte[] line) {
    try {
      long lost = dropped.getAndSet(0);
      if (lost > 0) {
        out.write(("log lines dropped=" + lost + "\n").getBytes(StandardCharsets.UTF_8));
      }
      out.write(line);
      out.flush();
    } catch (IOException e) {
      // Nobody reads any more, and there is no other place to say so.
      dropped.incrementAndGet();
    }
  }
}

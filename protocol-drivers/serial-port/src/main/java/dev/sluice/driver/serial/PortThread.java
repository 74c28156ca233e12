package dev.sluice.driver.serial;

import dev.sluice.driver.TimeSource;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Owns a port from its opening to its closing: opens it, runs what is queued, closes it. Its events
 * are called on this thread; all else may be called from anywhere.
 */
final class PortThread implements Runnable {

  /** What becomes of a port; each on the port's thread. */
  interface Events {

    void opened();

    /** It could not be opened. Nothing follows. */
    void failed(IOException reason);

    void ended(Exchange exchange, Outcome outcome);

    void stray(Buffer bytes, long lastByteNanos);

    /** It was open and is closed now. Nothing follows. */
    void closed(String reason);
  }

  private record Ended(Exchange exchange, Outcome outcome) {}

  /** While nothing happens, bytes are looked for so often; at the same time unplugging is seen. */
  private static final long IDLE_NANOS = 20_000_000L;

  /** While a device talks by itself. */
  private static final long LISTENING_NANOS = 3_000_000L;

  /** So long after the last byte or write somebody may still talk. */
  private static final long TALK_NANOS = 1_000_000_000L;

  private final String line;
  private final PortOptions options;
  private final TimeSource time;
  private final Events events;
  private final PortQueue queue = new PortQueue();
  private final Thread thread;
  private volatile int baud;
  private @Nullable Ended untold;
  private volatile boolean stopping;
  private volatile boolean idle;

  PortThread(String line, PortOptions options, TimeSource time, Events events) {
    this.line = line;
    this.options = options;
    this.time = time;
    this.events = events;
    this.baud = options.baud();
    this.thread = new Thread(this, "port-" + line);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Queues an exchange; false when the port is about to close. */
  boolean submit(Exchange exchange) {
    boolean taken = queue.add(exchange);
    if (idle) {
      LockSupport.unpark(thread);
    }
    return taken;
  }

  /** Sets the speed before whatever is done next. */
  void setBaud(int next) {
    baud = next;
    LockSupport.unpark(thread);
  }

  /** Closes the port soon. */
  void stop() {
    stopping = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    String path;
    Wire wire;
    try {
      path = realPath();
      PortClaims.take(path, line);
    } catch (IOException e) {
      events.failed(e);
      return;
    }
    try {
      wire = Wire.open(path, options);
    } catch (IOException e) {
      PortClaims.release(path);
      events.failed(e);
      return;
    }
    events.opened();
    String reason = "the line was closed";
    @Nullable Exchange current = null;
    try {
      var talk = new PortTalk(wire, options, time, this::isStopping, this::stray);
      long busyUntil = time.nanoTime() + TALK_NANOS;
      int set = options.baud();
      while (!stopping) {
        if (set != baud) {
          set = baud;
          wire.setBaud(set);
          talk.setCharNanos(options.withBaud(set).charNanos());
          busyUntil = time.nanoTime() + TALK_NANOS;
        }
        current = queue.poll();
        if (current != null) {
          Outcome outcome = run(talk, current);
          busyUntil = time.nanoTime() + TALK_NANOS;
          tell(); // if it could not before
          untold = new Ended(current, outcome);
          current = null;
        } else {
          tell();
          if (talk.readStray()) {
            busyUntil = time.nanoTime() + TALK_NANOS;
          }
          await(busyUntil - time.nanoTime() > 0 ? LISTENING_NANOS : IDLE_NANOS);
        }
      }
    } catch (PortLostException e) {
      reason = String.valueOf(e.getMessage());
    } catch (StoppedException e) {
      // As asked.
    } catch (RuntimeException | Error e) {
      reason = "BUG: the port's thread failed: " + e;
    } finally {
      wire.close();
      PortClaims.release(path);
    }
    tell();
    if (current != null) {
      events.ended(current, lost(reason));
    }
    for (Exchange left : queue.close()) {
      events.ended(left, lost(reason));
    }
    events.closed(reason);
  }

  /**
   * Hands over what the last exchange brought. While others wait for the wire that is done when the
   * next request is on it: whoever is woken up by it may well get our processor.
   */
  private void tell() {
    Ended ended = untold;
    if (ended != null) {
      untold = null;
      events.ended(ended.exchange, ended.outcome);
    }
  }

  /** Whoever learns of a late reply has to know before which request was not answered. */
  private void stray(Buffer bytes, long lastByteNanos) {
    tell();
    events.stray(bytes, lastByteNanos);
  }

  /** What a scanner throws is its exchange's trouble and nobody else's. */
  private Outcome run(PortTalk talk, Exchange exchange) throws PortLostException, StoppedException {
    try {
      return talk.run(exchange, this::tell);
    } catch (RuntimeException | StackOverflowError e) {
      long now = time.nanoTime();
      String reason = "BUG: the scanner of the reply failed: " + e;
      return new Outcome(Outcome.Kind.DAMAGED, Buffer.buffer(), now, now, now, 0, reason);
    }
  }

  private String realPath() throws IOException {
    Path path = Path.of(options.path());
    if (!Files.exists(path)) {
      throw OpenFailure.missing(options.path());
    }
    if (Files.isRegularFile(path) || Files.isDirectory(path)) {
      throw OpenFailure.notSerial(
          options.path(), Files.isDirectory(path) ? "it is a directory" : "it is a plain file");
    }
    return path.toRealPath().toString();
  }

  private boolean isStopping() {
    return stopping;
  }

  /** Until something is queued, or so long. */
  private void await(long nanos) {
    idle = true;
    if (queue.isEmpty() && !stopping) {
      LockSupport.parkNanos(nanos);
    }
    idle = false;
  }

  private Outcome lost(String reason) {
    long now = time.nanoTime();
    return new Outcome(Outcome.Kind.PORT_LOST, Buffer.buffer(), now, now, now, 0, reason);
  }
}

package dev.sluice.driver.serial;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollClass;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A serial port of a line. Made without opening anything; opened and closed as often as the line is
 * connected. All methods on the line's context, and there it calls back.
 */
public final class SerialPort {

  /** More than any reply needs; what comes beyond it between request and reply is damage. */
  public static final int MAX_RECEIVED = 8192;

  private static final long OPEN_LIMIT_MILLIS = 9_000;

  /** What a port tells by itself, on the line's context. */
  public interface Listener {

    /**
     * Bytes came that belong to no exchange: a device that sends by itself, or noise.
     *
     * @param lastByteNanos when the last of them was seen
     */
    void received(Buffer bytes, long lastByteNanos);

    /**
     * An open port is gone: unplugged, or failing. Exchanges have ended with {@link
     * Outcome.Kind#PORT_LOST} before. Not called after {@link SerialPort#close()}.
     *
     * @param reason in words
     */
    void lost(String reason);
  }

  private final String line;
  private final PortOptions options;
  private final LineContext context;
  private final Listener listener;
  private final PortWatch watch;
  private @Nullable Opening opening;
  private @Nullable PortThread open;
  private @Nullable Future<Void> closed;

  /** Completes when the last thread has closed its port. */
  private Future<Void> released = Future.succeededFuture();

  /**
   * A port that is not open.
   *
   * @param line id of the line, told to others who want the same port
   */
  public SerialPort(String line, PortOptions options, LineContext context, Listener listener) {
    this.line = line;
    this.options = options;
    this.context = context;
    this.listener = listener;
    this.watch = new PortWatch(Path.of(options.path()), context);
  }

  /**
   * Opens the port, exclusively. Not while open or opening.
   *
   * <p>When the device file is not there, this fails, and {@link LineContext#available()} is called
   * as soon as it is.
   *
   * @return fails with an exception whose message says what to look at: no such port (and which
   *     there are), no permission, no serial port, in use (by which line or process), settings that
   *     the port does not take
   */
  public Future<Void> open() {
    if (closed != null) {
      return Future.failedFuture(new IOException("the line is closed"));
    }
    if (opening != null || open != null) {
      throw new IllegalStateException("BUG: opening " + options.path() + " a second time");
    }
    watch.stop();
    var attempt = new Opening();
    opening = attempt;
    // The thread before it may still be closing the same port.
    released.onComplete(done -> attempt.begin());
    return attempt.result.future();
  }

  public boolean isOpen() {
    return open != null;
  }

  /** See {@link #medium(PortOptions)}. */
  public String medium() {
    return medium(options);
  }

  /** The path of a port with its links resolved as far as they can be now. Opens nothing. */
  public static String medium(PortOptions options) {
    Path path = Path.of(options.path());
    try {
      return Files.exists(path)
          ? path.toRealPath().toString()
          : path.toAbsolutePath().normalize().toString();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize().toString(); // gone between two looks
    }
  }

  /** Puts an exchange into the queue. Ends with PORT_LOST while the port is not open. */
  public void submit(Exchange exchange) {
    PortThread port = open;
    if (port == null || !port.submit(exchange)) {
      long now = context.time().nanoTime();
      var lost =
          new Outcome(
              Outcome.Kind.PORT_LOST,
              Buffer.buffer(),
              now,
              now,
              now,
              0,
              options.path() + " is not open");
      onContext(() -> exchange.done().accept(lost));
    }
  }

  /** Sends bytes to which no reply belongs, in turn with the exchanges. Lost while not open. */
  public void write(Buffer bytes) {
    submit(new Exchange(PollClass.POLL, bytes, null, 1, 0, 0, outcome -> {}));
  }

  /**
   * Changes the speed of the open port, as protocols do that agree on one: from the next byte that
   * is sent or read. To be called when the exchange before it has ended. Of no effect while not
   * open; a port that is opened has the speed of its options. A port that does not take the speed
   * is lost.
   *
   * @param baud 50 to 4,000,000
   */
  public void setBaud(int baud) {
    PortThread port = open;
    if (port != null) {
      port.setBaud(baud);
    }
  }

  /** Ends what is under way, closes the port and its thread. Idempotent; opened never again. */
  public Future<Void> close() {
    Future<Void> before = closed;
    if (before != null) {
      return before;
    }
    watch.stop();
    Opening attempt = opening;
    opening = null;
    if (attempt != null) {
      attempt.giveUp("the line was closed");
    }
    PortThread port = open;
    open = null;
    if (port != null) {
      port.stop();
    }
    closed = released;
    return released;
  }

  private void onContext(Runnable task) {
    context.context().runOnContext(nothing -> task.run());
  }

  /** One attempt to open the port, and the life of it if that succeeds. */
  private final class Opening implements PortThread.Events {

    private final Promise<Void> result = Promise.promise();
    private final Promise<Void> ended = Promise.promise();
    private @Nullable PortThread thread;
    private long timer;

    void begin() {
      if (opening != this) {
        return;
      }
      var port = new PortThread(line, options, context.time(), this);
      thread = port;
      released = ended.future();
      timer =
          context
              .vertx()
              .setTimer(
                  OPEN_LIMIT_MILLIS,
                  id -> {
                    if (opening == this) {
                      opening = null;
                      giveUp(options.path() + " did not open within " + OPEN_LIMIT_MILLIS + " ms");
                    }
                  });
      port.start();
    }

    void giveUp(String reason) {
      context.vertx().cancelTimer(timer);
      PortThread port = thread;
      if (port != null) {
        port.stop();
      }
      result.tryFail(new IOException(reason));
    }

    @Override
    public void opened() {
      onContext(
          () -> {
            if (opening == this) {
              context.vertx().cancelTimer(timer);
              opening = null;
              open = thread;
              result.complete();
            }
          });
    }

    @Override
    public void failed(IOException reason) {
      onContext(
          () -> {
            ended.complete();
            if (opening == this) {
              context.vertx().cancelTimer(timer);
              opening = null;
              if (reason instanceof MissingPortException) {
                watch.start();
              }
              result.fail(reason);
            }
          });
    }

    @Override
    public void ended(Exchange exchange, Outcome outcome) {
      onContext(() -> exchange.done().accept(outcome));
    }

    @Override
    public void stray(Buffer bytes, long lastByteNanos) {
      onContext(
          () -> {
            if (open == thread) {
              listener.received(bytes, lastByteNanos);
            }
          });
    }

    @Override
    public void closed(String reason) {
      onContext(
          () -> {
            ended.complete();
            if (open == thread && thread != null) {
              open = null;
              listener.lost(reason);
            }
          });
    }
  }
}

package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.modbus.tcp.Dial;
import dev.sluice.driver.modbus.tcp.Silence;
import dev.sluice.driver.modbus.tcp.TcpOptions;
import dev.sluice.driver.serial.Exchange;
import dev.sluice.driver.serial.Outcome;
import dev.sluice.driver.serial.ReplyScanner;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection that is used like a serial port: one exchange at a time, without headers that
 * would tell them apart. On the line's context.
 */
final class StreamMedium implements Medium {

  private static final int SILENT_TIMEOUTS = 3;
  private static final long NO_TIMER = -1;

  private final TcpOptions options;
  private final long byteGapNanos;
  private final LineContext context;
  private final SerialPort.Listener listener;
  private final Dial dial;
  private final Silence silence = new Silence(SILENT_TIMEOUTS);
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
  private @Nullable NetSocket socket;
  private @Nullable Throwable failure;
  private @Nullable Future<Void> closed;

  // Of the exchange under way.
  private @Nullable Exchange current;
  private boolean sent;
  private Buffer received = Buffer.buffer();
  private long beginNanos;
  private long requestEndNanos;
  private long firstByteNanos;
  private boolean patient;
  private long timer = NO_TIMER;

  private long lastByteNanos;
  private long quietUntilNanos;

  StreamMedium(
      TcpOptions options, Duration byteGap, LineContext context, SerialPort.Listener listener) {
    this.options = options;
    this.byteGapNanos = byteGap.toNanos();
    this.context = context;
    this.listener = listener;
    this.dial = new Dial(options, context);
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public boolean isOpen() {
    return socket != null;
  }

  @Override
  public Future<Void> open() {
    if (closed != null) {
      return Future.failedFuture(new IOException("the line is closed"));
    }
    if (dial.isUnderWay() || socket != null) {
      throw new IllegalStateException("BUG: connect while connected or connecting");
    }
    return dial.dial().onSuccess(this::attach).mapEmpty();
  }

  private void attach(NetSocket connected) {
    socket = connected;
    failure = null;
    long now = now();
    lastByteNanos = now;
    quietUntilNanos = now;
    silence.start(now);
    connected.exceptionHandler(problem -> failure = problem);
    connected.closeHandler(
        end -> {
          if (socket == connected) {
            Throwable why = failure;
            drop(
                why == null
                    ? options.peer() + " closed the connection"
                    : "the connection to " + options.peer() + " broke: " + why.getMessage());
          }
        });
    connected.handler(
        chunk -> {
          if (socket == connected) {
            receive(chunk);
          }
        });
  }

  @Override
  public void submit(Exchange exchange) {
    if (socket == null) {
      exchange.done().accept(lost(options.peer() + " is not connected"));
      return;
    }
    waiting.add(exchange);
    next();
  }

  private void next() {
    if (current != null || socket == null) {
      return;
    }
    Exchange exchange = waiting.poll();
    if (exchange == null) {
      return;
    }
    current = exchange;
    sent = false;
    patient = false;
    received = Buffer.buffer();
    beginNanos = now();
    long silent = lastByteNanos + exchange.pauseBeforeNanos();
    long wait = Math.max(silent - beginNanos, quietUntilNanos - beginNanos);
    if (wait > 0) {
      timer = context.vertx().setTimer(millis(wait), id -> send(exchange));
    } else {
      send(exchange);
    }
  }

  private void send(Exchange exchange) {
    NetSocket connection = socket;
    if (connection == null || !exchange.equals(current)) {
      return;
    }
    sent = true;
    silence.asked(exchange.request().getByte(0) & 0xFF);
    // What becomes of a write that fails is told by the close handler.
    connection.write(exchange.request());
    requestEndNanos = now();
    firstByteNanos = requestEndNanos;
    arm(requestEndNanos + exchange.timeoutNanos());
  }

  private void arm(long atNanos) {
    disarm();
    timer = context.vertx().setTimer(millis(atNanos - now()), id -> timePassed());
  }

  /** Touches nothing of the host while nothing runs: a line may be closed that never connected. */
  private void disarm() {
    if (timer != NO_TIMER) {
      context.vertx().cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  private void receive(Buffer chunk) {
    long now = now();
    silence.heard(now);
    lastByteNanos = now;
    Exchange exchange = current;
    ReplyScanner scanner = exchange == null ? null : exchange.scanner();
    if (exchange == null || scanner == null || !sent) {
      listener.received(chunk, now);
      return;
    }
    firstByteNanos = received.length() == 0 ? now : firstByteNanos;
    patient = false;
    received = received.appendBuffer(chunk);
    switch (scanner.scan(received.getBytes(), received.length())) {
      case COMPLETE -> {
        silence.answered(exchange.request().getByte(0) & 0xFF);
        end(exchange, Outcome.Kind.REPLY);
      }
      case TRAILED -> end(exchange, Outcome.Kind.TRAILED);
      case DAMAGED -> end(exchange, Outcome.Kind.DAMAGED);
      case MORE -> {
        if (received.length() >= SerialPort.MAX_RECEIVED) {
          end(exchange, Outcome.Kind.DAMAGED);
        } else {
          armForMore(exchange);
        }
      }
    }
  }

  private void armForMore(Exchange exchange) {
    long deadline = requestEndNanos + exchange.timeoutNanos();
    long gap = lastByteNanos + byteGapNanos;
    arm(gap - deadline < 0 ? gap : deadline);
  }

  /** The gap in the middle of a reply, or all of its time. */
  private void timePassed() {
    Exchange exchange = current;
    if (exchange == null) {
      return;
    }
    ReplyScanner scanner = exchange.scanner();
    long now = now();
    long deadline = requestEndNanos + exchange.timeoutNanos();
    if (scanner == null) {
      end(exchange, Outcome.Kind.REPLY);
    } else if (deadline - now <= 0) {
      silence.timedOut(exchange.request().getByte(0) & 0xFF, requestEndNanos, now);
      if (silence.isTotal()) {
        giveUp(exchange);
      } else {
        end(exchange, Outcome.Kind.TIMEOUT);
      }
    } else if (received.length() > 0
        && !patient
        && scanner.silence(received.getBytes(), received.length())
            == ReplyScanner.Verdict.DAMAGED) {
      end(exchange, Outcome.Kind.DAMAGED);
    } else {
      patient = true;
      arm(deadline);
    }
  }

  /** Before anybody hears of the timeout: a retry must not go to a connection that is given up. */
  private void giveUp(Exchange exchange) {
    String reason =
        "no byte from " + options.peer() + " in " + SILENT_TIMEOUTS + " time-outs in a row";
    context.count("silent_peers", 1);
    Outcome outcome = outcome(Outcome.Kind.TIMEOUT);
    current = null;
    var unused = detach(reason);
    exchange.done().accept(outcome);
    listener.lost(reason);
  }

  private void end(Exchange exchange, Outcome.Kind kind) {
    disarm();
    current = null;
    Outcome outcome = outcome(kind);
    quietUntilNanos = outcome.lastByteNanos() + exchange.pauseAfterNanos();
    exchange.done().accept(outcome);
    next();
  }

  private Outcome outcome(Outcome.Kind kind) {
    long lastByte = received.length() == 0 ? requestEndNanos : lastByteNanos;
    return new Outcome(
        kind, received, requestEndNanos, firstByteNanos, lastByte, now() - beginNanos, "");
  }

  private Outcome lost(String reason) {
    long now = now();
    return new Outcome(Outcome.Kind.PORT_LOST, Buffer.buffer(), now, now, now, 0, reason);
  }

  private void drop(String reason) {
    if (socket != null) {
      var unused = detach(reason);
      listener.lost(reason);
    }
  }

  private Future<Void> detach(String reason) {
    NetSocket connection = socket;
    socket = null;
    disarm();
    Exchange ending = current;
    current = null;
    Future<Void> done = connection == null ? Future.succeededFuture() : connection.close();
    if (ending != null) {
      ending.done().accept(lost(reason));
    }
    for (Exchange left = waiting.poll(); left != null; left = waiting.poll()) {
      left.done().accept(lost(reason));
    }
    return done;
  }

  @Override
  public Future<Void> close() {
    Future<Void> before = closed;
    if (before != null) {
      return before;
    }
    dial.cancel("the line was closed");
    Future<Void> now = detach("the line was closed");
    closed = now;
    return now;
  }

  private long now() {
    return context.time().nanoTime();
  }

  private static long millis(long nanos) {
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }
}

package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.modbus.codec.BadReply;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.BusCost;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a Modbus TCP server and the requests on it.
 *
 * <pre>
 *   run ---> InFlight.begin ---> socket.write         one write per request, its frame pre-built
 *                 |                  :
 *   promise <-- answered <------ MbapFrames <-- socket handler
 *           <-- given up <------ DeadlineTimer        one timer for all
 * </pre>
 *
 * <p>Counts {@code late_replies}, {@code duplicate_replies}, {@code unknown_replies}, {@code
 * bad_headers}, {@code stuck_frames} and {@code silent_peers}. All on the line's context.
 */
public final class TcpLink implements Link {

  /**
   * After so many time-outs in a row without a byte the peer counts as gone, if not as closed, and
   * if no unit that answered on this connection has been left unasked meanwhile.
   */
  static final int SILENT_TIMEOUTS = 3;

  private final TcpOptions options;
  private final Dial dial;
  private final LineContext context;
  private final TimeSource time;

  // Valid for the life of the link. Ids go on over connections: a gateway behind the peer may still
  // hold an old reply.
  private final InFlight inFlight;
  private final MbapFrames frames = new MbapFrames(this::answer);
  private final DeadlineTimer deadlines;
  private final Silence silence = new Silence(SILENT_TIMEOUTS);
  private @Nullable Future<Void> released;

  // Valid for a connection.
  private @Nullable NetSocket socket;
  private @Nullable Throwable failure;

  /** Makes a link that is not connected. */
  public TcpLink(TcpOptions options, LineContext context) {
    this(options, context, 0);
  }

  TcpLink(TcpOptions options, LineContext context, int firstTransactionId) {
    this.options = options;
    this.context = context;
    this.time = context.time();
    this.dial = new Dial(options, context);
    this.inFlight = new InFlight(options.pipelining(), firstTransactionId);
    this.deadlines = new DeadlineTimer(context.vertx(), time, this::expire);
  }

  @Override
  public int concurrency() {
    return options.pipelining();
  }

  @Override
  public Poll prepare(Unit unit, Block block) {
    return new TcpPoll(this, unit.address(), block);
  }

  @Override
  public Future<Answer> send(Unit unit, Request request, PollRequest how) {
    var sent = new TcpSend(unit.address(), request);
    begin(sent, how);
    return sent.answer();
  }

  @Override
  public BusCost cost(Unit unit) {
    return BusCost.NONE;
  }

  @Override
  public long turnaroundNanos(Unit unit) {
    return 0;
  }

  @Override
  public Future<Void> connect() {
    if (released != null) {
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
    silence.start(time.nanoTime());
    frames.clear();
    connected.exceptionHandler(
        problem -> {
          if (socket == connected) {
            failure = problem;
          }
        });
    connected.closeHandler(
        end -> {
          if (socket == connected) {
            down(closedInWords());
          }
        });
    connected.handler(
        chunk -> {
          if (socket == connected) {
            receive(chunk);
          }
        });
  }

  private String closedInWords() {
    return failure == null
        ? options.peer() + " closed the connection"
        : "the connection to " + options.peer() + " broke: " + failure.getMessage();
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest request) {
    if (!(poll instanceof TcpPoll tcpPoll) || !tcpPoll.isOf(this)) {
      throw new IllegalStateException("BUG: a poll of another line: " + poll.describe());
    }
    Promise<PollResult> promise = Promise.promise();
    begin(new PollRun(tcpPoll, promise), request);
    return promise.future();
  }

  private void begin(TcpTransaction transaction, PollRequest how) {
    NetSocket connection = socket;
    if (connection == null) {
      transaction.fail(lineDown("not connected to " + options.peer()));
      return;
    }
    InFlight.Request sent = inFlight.begin(transaction);
    silence.asked(transaction.unit());
    // A write that fails closes the socket, and with it the transaction fails: its own future adds
    // nothing.
    connection.write(sent.out());
    long now = time.nanoTime();
    sent.sent(now, how.timeoutNanos());
    deadlines.wakeAt(sent.deadlineNanos(), now);
  }

  private void receive(Buffer chunk) {
    long now = time.nanoTime();
    silence.heard(now);
    String problem = frames.accept(chunk, now);
    if (problem != null) {
      context.count("bad_headers", 1);
      down("no Modbus TCP header from " + options.peer() + ": " + problem);
    }
  }

  /** One frame came; tells whether the connection still stands. */
  private boolean answer(byte[] bytes, int offset, int length, long firstByte, long lastByte) {
    NetSocket connection = socket;
    int id = MbapFrames.unsignedShort(bytes, offset);
    InFlight.Request request = inFlight.find(id);
    if (request == null) {
      context.count(inFlight.stray(id).event(), 1);
      return true;
    }
    TcpTransaction transaction = request.transaction();
    long sentNanos = request.sentNanos();
    inFlight.answered(request);
    silence.answered(transaction.unit());
    try {
      checkUnit(transaction, bytes, offset, length);
      transaction.reply(
          bytes,
          offset + MbapFrames.HEADER_BYTES,
          length - MbapFrames.HEADER_BYTES,
          new PollTiming(sentNanos, firstByte, lastByte, transaction.frame().length, length));
    } catch (PollException | RuntimeException e) {
      // A bug of ours must not leave the transaction open for ever.
      transaction.fail(e);
    }
    return socket == connection;
  }

  private static void checkUnit(TcpTransaction transaction, byte[] bytes, int offset, int length)
      throws PollException {
    int unit = bytes[offset + MbapFrames.UNIT_AT] & 0xFF;
    if (unit != transaction.unit()) {
      throw BadReply.of(
          "unit " + unit + ", expected " + transaction.unit(),
          transaction.describe(),
          bytes,
          offset,
          length);
    }
  }

  private void expire(long now) {
    NetSocket connection = socket;
    countSilence(now);
    boolean silent = silence.isTotal();
    boolean stuck = isStuck(now);
    if (silent || stuck) {
      // Before anybody hears of a time-out: a retry must not go to a connection that is given up.
      context.count(silent ? "silent_peers" : "stuck_frames", 1);
      detach();
    }
    for (int i = 0; i < inFlight.size(); i++) {
      InFlight.Request request = inFlight.at(i);
      if (request.waits() && request.deadlineNanos() - now <= 0) {
        TcpTransaction transaction = request.transaction();
        PollException timeout = timeout(request);
        inFlight.giveUp(request);
        transaction.fail(timeout);
      }
    }
    if (silent) {
      lose("no byte from " + options.peer() + " in " + SILENT_TIMEOUTS + " time-outs in a row");
    } else if (stuck) {
      lose(
          "a frame from "
              + options.peer()
              + " did not come to its end: wrong length in its header");
    } else if (socket == connection) {
      for (int i = 0; i < inFlight.size(); i++) {
        if (inFlight.at(i).waits()) {
          deadlines.wakeAt(inFlight.at(i).deadlineNanos(), now);
        }
      }
    }
  }

  /**
   * A frame that began before a request was sent and still waits for bytes when that request times
   * out has a wrong length: it would swallow the replies that follow.
   */
  private boolean isStuck(long now) {
    for (int i = 0; i < inFlight.size(); i++) {
      InFlight.Request request = inFlight.at(i);
      if (request.waits()
          && request.deadlineNanos() - now <= 0
          && frames.begunBefore(request.sentNanos())) {
        return true;
      }
    }
    return false;
  }

  private void countSilence(long now) {
    for (int i = 0; i < inFlight.size(); i++) {
      InFlight.Request request = inFlight.at(i);
      if (request.waits() && request.deadlineNanos() - now <= 0) {
        silence.timedOut(request.transaction().unit(), request.sentNanos(), now);
      }
    }
  }

  private static PollException timeout(InFlight.Request request) {
    long millis = (request.deadlineNanos() - request.sentNanos()) / 1_000_000;
    TcpTransaction late = request.transaction();
    return new PollException(
        PollFailure.TIMEOUT,
        Quality.TIMEOUT,
        "unit " + late.unit() + " did not answer " + late.describe() + " within " + millis + " ms");
  }

  private static PollException lineDown(String reason) {
    return new PollException(PollFailure.LINE_DOWN, Quality.DISCONNECTED, reason);
  }

  private void down(String reason) {
    if (socket != null) {
      detach();
      lose(reason);
    }
  }

  /** Gives the connection up; what waits on it has still to be told. */
  private Future<Void> detach() {
    NetSocket connection = socket;
    socket = null;
    frames.clear();
    deadlines.stop();
    return connection == null ? Future.succeededFuture() : connection.close();
  }

  private void lose(String reason) {
    failAll(reason);
    if (released == null) {
      context.lost(reason);
    }
  }

  private void failAll(String reason) {
    PollException down = lineDown(reason);
    for (int i = 0; i < inFlight.size(); i++) {
      InFlight.Request request = inFlight.at(i);
      if (request.waits()) {
        TcpTransaction transaction = request.transaction();
        inFlight.giveUp(request);
        transaction.fail(down);
      }
    }
  }

  @Override
  public Future<Void> close() {
    Future<Void> before = released;
    if (before != null) {
      return before;
    }
    Future<Void> now = detach();
    released = now;
    dial.cancel("the line was closed");
    failAll("the line was closed");
    return now;
  }
}

package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.BusCost;
import dev.sluice.driver.modbus.plan.DeviceTiming;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.serial.Exchange;
import dev.sluice.driver.serial.Outcome;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * Units on a bus, and the requests on it.
 *
 * <pre>
 *   run, send --&gt; held back while a late reply may come --&gt; Medium.submit
 *                                                              :
 *   promise &lt;-- answered, refused, damaged, silent &lt;----- ended(Outcome)
 *               late replies told to their units  &lt;----- received: bytes that nobody waits for
 * </pre>
 *
 * <p>Counts {@code late_replies}, {@code unknown_replies} and {@code noise_bytes} of the line, and
 * {@code crc_errors}, {@code trailing_bytes} and {@code late_replies} of a unit. All on the line's
 * context.
 */
public final class BusLink implements Link, SerialPort.Listener {

  /** What an adapter is asked with whether it echoes. */
  private static final ReadRequest HARMLESS = new ReadRequest(Table.HOLDING, 0, 1);

  private static final int ECHO_QUESTIONS = 3;

  /** A request is held so many of its timeouts here; who asks is patient for one more. */
  private static final long HELD_TIMEOUTS = 3;

  /** A converter at the other end may hand over what comes late from its serial side. */
  private static final long LATEST_ON_NEW_CONNECTION_NANOS = 1_000_000_000L;

  private final BusOptions options;
  private final LineContext context;
  private final Medium medium;
  private final BusCost cost;
  private final long gapNanos;
  private final EchoSense echo;
  private final LateReplies late = new LateReplies();
  private final Turnarounds turnarounds = new Turnarounds();
  private final StrayBytes strays;

  private final HeldRequests held;

  private boolean closed;

  /** Makes a link that is not connected. */
  public BusLink(BusOptions options, LineContext context) {
    this.options = options;
    this.context = context;
    this.medium = options.medium(context, this);
    this.gapNanos = options.gapNanos();
    this.cost = options.cost();
    this.echo = new EchoSense(options.echo());
    this.strays = new StrayBytes(options.framing(), late, context);
    this.held = new HeldRequests(context, this::begin);
  }

  @Override
  public int concurrency() {
    return medium.concurrency();
  }

  @Override
  public BusCost cost(Unit unit) {
    return cost.with(unit.timing());
  }

  @Override
  public long turnaroundNanos(Unit unit) {
    return turnarounds.of(unit);
  }

  @Override
  public Poll prepare(Unit unit, Block block) {
    ReadRequest request = block.request();
    long nanos =
        cost(unit)
            .transactionNanos(request.bytes(), request.usualReplyBytes(), turnarounds.of(unit));
    return new BusPoll(this, unit, block, frame(unit, request), nanos);
  }

  private Buffer frame(Unit unit, Request request) {
    return Buffer.buffer(options.framing().frame(unit.address(), request));
  }

  @Override
  public Future<Void> connect() {
    echo.forget();
    // What was asked before may still be answered on the bus behind the adapter.
    if (!options.isBus()) {
      late.closeBy(now() + LATEST_ON_NEW_CONNECTION_NANOS);
    }
    return medium.open();
  }

  private long now() {
    return context.time().nanoTime();
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest how) {
    if (!(poll instanceof BusPoll ours) || ours.link() != this) {
      throw new IllegalStateException("BUG: a poll of another line: " + poll.describe());
    }
    Block block = ours.block();
    return begin(new Transaction(ours.unit(), block.request(), ours.frame(), how))
        .compose(
            reply -> {
              try {
                byte[] pdu = reply.pdu().getBytes();
                return Future.succeededFuture(
                    new PollResult(block.values(pdu, 0, pdu.length), reply.timing()));
              } catch (PollException e) {
                return Future.failedFuture(e);
              }
            });
  }

  @Override
  public Future<Answer> send(Unit unit, Request request, PollRequest how) {
    return sendKnowingEcho(
        new Transaction(unit, request, frame(unit, request), how), ECHO_QUESTIONS);
  }

  /** Its confirmation could be an echo: a read tells whether this adapter has one. */
  private Future<Answer> sendKnowingEcho(Transaction transaction, int questions) {
    if (!FrameScanner.isAnsweredByItself(transaction.request) || echo.now() != Echo.UNKNOWN) {
      return begin(transaction);
    }
    Unit unit = transaction.unit;
    if (questions == 0) {
      transaction.fail(
          PollFailure.BUSY,
          Quality.BAD_REPLY,
          "not sent: the line is too noisy to tell whether the adapter hears itself; set echo",
          0,
          0);
      return transaction.answer.future();
    }
    var question = new Transaction(unit, HARMLESS, frame(unit, HARMLESS), transaction.how);
    return begin(question).transform(answered -> sendKnowingEcho(transaction, questions - 1));
  }

  /** Whether the adapter hears what it sends, as far as that is known. */
  Echo hearsItself() {
    return echo.now();
  }

  private Future<Answer> begin(Transaction transaction) {
    if (!medium.isOpen()) {
      transaction.fail(
          PollFailure.LINE_DOWN, Quality.DISCONNECTED, options.name() + " is not open", 0, 0);
      return transaction.answer.future();
    }
    long wait = late.waitNanos(transaction.unit.address(), transaction.request, now());
    if (wait > HELD_TIMEOUTS * transaction.how.timeoutNanos()) {
      transaction.fail(
          PollFailure.TIMEOUT,
          Quality.TIMEOUT,
          transaction.describe() + " not asked yet: a late reply to an earlier request may come",
          0,
          wait);
    } else if (wait > 0) {
      held.hold(transaction, wait);
    } else {
      submit(transaction);
    }
    return transaction.answer.future();
  }

  private void submit(Transaction transaction) {
    Unit unit = transaction.unit;
    boolean broadcast = unit.address() == 0 && options.isBus();
    FrameScanner scanner =
        broadcast
            ? null
            : options
                .framing()
                .scanner(
                    unit.address(), transaction.request, transaction.frame.getBytes(), echo.now());
    transaction.scanner = scanner;
    medium.submit(
        new Exchange(
            transaction.how.pollClass(),
            transaction.frame,
            scanner,
            broadcast ? broadcastPause(unit) : transaction.how.timeoutNanos(),
            Math.max(gapNanos, unit.timing().pauseBefore().toNanos()),
            Math.max(gapNanos, unit.timing().pauseAfter().toNanos()),
            outcome -> ended(transaction, outcome)));
  }

  private static long broadcastPause(Unit unit) {
    return Math.max(DeviceTiming.BROADCAST_PAUSE.toNanos(), unit.timing().turnaround().toNanos());
  }

  private void ended(Transaction transaction, Outcome outcome) {
    FrameScanner scanner = transaction.scanner;
    if (scanner == null || outcome.kind() == Outcome.Kind.PORT_LOST) {
      if (scanner != null) {
        long unused = unanswered(transaction, outcome); // it may have left, and be answered
      }
      endedUnheard(transaction, outcome);
      return;
    }
    if (!FrameScanner.isAnsweredByItself(transaction.request)) {
      echo.read(outcome.kind(), before(scanner, outcome), transaction.frame);
    }
    Unit unit = transaction.unit;
    switch (outcome.kind()) {
      case REPLY -> replied(transaction, scanner, outcome);
      case TIMEOUT -> {
        strays.tell(outcome.received(), outcome.lastByteNanos(), true);
        transaction.timeout(
            outcome.received(), outcome.busNanos(), unanswered(transaction, outcome));
      }
      case TRAILED -> {
        unit.listener().count("trailing_bytes");
        transaction.badReply(
            "bytes behind the reply",
            outcome.received(),
            outcome.busNanos(),
            answersAnEarlierOne(transaction, scanner, outcome)
                ? unanswered(transaction, outcome)
                : 0);
      }
      case DAMAGED -> damaged(transaction, scanner, outcome);
      case PORT_LOST -> throw new IllegalStateException("BUG: told before");
    }
  }

  private static Buffer before(FrameScanner scanner, Outcome outcome) {
    Buffer received = outcome.received();
    boolean replied =
        outcome.kind() == Outcome.Kind.REPLY || outcome.kind() == Outcome.Kind.TRAILED;
    return replied ? received.slice(0, scanner.frameAt()) : received;
  }

  private void damaged(Transaction transaction, FrameScanner scanner, Outcome outcome) {
    if (outcome.received().length() == 0 && outcome.reason().isEmpty()) {
      transaction.notSent("no silence on the line to ask in", outcome.busNanos());
      return;
    }
    transaction.unit.listener().count("crc_errors");
    transaction.badReply(
        outcome.reason().isEmpty()
            ? "no frame with a right checksum (always so: do speed and parity fit?)"
            : outcome.reason(),
        outcome.received(),
        outcome.busNanos(),
        scanner.wasTheReply() ? 0 : unanswered(transaction, outcome));
  }

  /** Whether a reply could be one to a request that was given up. */
  private boolean answersAnEarlierOne(
      Transaction transaction, FrameScanner scanner, Outcome outcome) {
    int unit = transaction.unit.address();
    long at = outcome.firstByteNanos();
    // An exception has no length that would tell.
    return (scanner.pdu()[0] & 0x80) != 0
        ? late.mayBeMeantFor(unit, transaction.request.function(), at)
        : late.mayBeMeantFor(unit, transaction.request, at);
  }

  private static void endedUnheard(Transaction transaction, Outcome outcome) {
    switch (outcome.kind()) {
      case REPLY ->
          transaction.answer.tryComplete(
              new Answer(Buffer.buffer(), 0, timing(transaction, outcome)));
      case PORT_LOST ->
          transaction.fail(
              PollFailure.LINE_DOWN, Quality.DISCONNECTED, outcome.reason(), outcome.busNanos(), 0);
      default -> transaction.notSent("no silence on the line to ask in", outcome.busNanos());
    }
  }

  /** Notes that a late reply may come; for how long the unit is best left alone. */
  private long unanswered(Transaction transaction, Outcome outcome) {
    Duration configured = transaction.unit.timing().lateReplyWindow();
    long timeout = transaction.how.timeoutNanos();
    long window = configured == null ? timeout : configured.toNanos();
    long deadline = outcome.requestEndNanos() + timeout;
    late.add(
        transaction.unit,
        new LateReplies.Question(
            transaction.unit.listener(),
            transaction.request.function(),
            transaction.request.usualReplyBytes(),
            outcome.requestEndNanos(),
            deadline,
            deadline + window));
    return Math.max(0, deadline + window - now());
  }

  private void replied(Transaction transaction, FrameScanner scanner, Outcome outcome) {
    Unit unit = transaction.unit;
    byte[] pdu = scanner.pdu();
    if (scanner.skipped() > 0) {
      int skipped = outcome.received().length() - options.framing().frameBytes(pdu.length);
      strays.tell(outcome.received().slice(0, skipped), outcome.lastByteNanos(), true);
    } else if (!scanner.echoed()) {
      turnarounds.measured(unit.address(), outcome.firstByteNanos() - outcome.requestEndNanos());
    }
    if (answersAnEarlierOne(transaction, scanner, outcome)) {
      // Then its own is still to come, and the next request has to wait for that one, too.
      transaction.badReply(
          "a reply that may answer an earlier request",
          outcome.received(),
          outcome.busNanos(),
          unanswered(transaction, outcome));
      return;
    }
    try {
      int data = transaction.request.dataOffset(pdu, 0, pdu.length);
      unit.listener().inTime();
      transaction.answer.tryComplete(
          new Answer(Buffer.buffer(pdu), data, timing(transaction, outcome)));
    } catch (PollException refusal) {
      unit.listener().inTime();
      transaction.fail(refusal, outcome.busNanos());
    } catch (RuntimeException bug) {
      transaction.answer.tryFail(bug);
    }
  }

  private static PollTiming timing(Transaction transaction, Outcome outcome) {
    return new PollTiming(
        outcome.requestEndNanos(),
        outcome.firstByteNanos(),
        outcome.lastByteNanos(),
        transaction.frame.length(),
        outcome.received().length(),
        outcome.busNanos());
  }

  @Override
  public void received(Buffer bytes, long lastByteNanos) {
    strays.tell(bytes, lastByteNanos, false);
  }

  @Override
  public void lost(String reason) {
    held.release(reason);
    if (!closed) {
      context.lost(reason);
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    held.release("the line was closed");
    return medium.close();
  }
}

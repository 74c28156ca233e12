package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.Quality;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A request on its way to a unit, and who waits for it. On the line's context. */
final class Transaction {

  private static final int SHOWN_BYTES = 24;
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  final Unit unit;
  final Request request;
  final Buffer frame;
  final PollRequest how;
  final Promise<Answer> answer = Promise.promise();

  /** Null for a broadcast. */
  @Nullable FrameScanner scanner;

  Transaction(Unit unit, Request request, Buffer frame, PollRequest how) {
    this.unit = unit;
    this.request = request;
    this.frame = frame;
    this.how = how;
  }

  void fail(PollFailure failure, Quality quality, String message, long busNanos, long quietNanos) {
    answer.tryFail(new PollException(failure, quality, message, busNanos, quietNanos));
  }

  /** The reply was read, but says no or something else than asked for. */
  void fail(PollException refusal, long busNanos) {
    fail(refusal.failure(), refusal.quality(), String.valueOf(refusal.getMessage()), busNanos, 0);
  }

  void badReply(String found, Buffer received, long busNanos, long quietNanos) {
    fail(
        PollFailure.BAD_REPLY,
        Quality.BAD_REPLY,
        found + ", to " + describe() + ": " + shown(received),
        busNanos,
        quietNanos);
  }

  /** Nothing of it was on the wire: a write was certainly not done. */
  void notSent(String why, long busNanos) {
    boolean write = how.pollClass() == PollClass.WRITE;
    fail(
        write ? PollFailure.BUSY : PollFailure.BAD_REPLY,
        Quality.BAD_REPLY,
        "not sent, " + describe() + ": " + why,
        busNanos,
        0);
  }

  void timeout(Buffer received, long busNanos, long quietNanos) {
    String words =
        "unit "
            + unit.address()
            + " did not answer "
            + request.describe()
            + " within "
            + how.timeoutNanos() / 1_000_000
            + " ms"
            + (received.length() == 0
                ? ""
                : "; what came was no reply: " + shown(received) + "; do speed and parity fit?");
    fail(PollFailure.TIMEOUT, Quality.TIMEOUT, words, busNanos, quietNanos);
  }

  String describe() {
    return "unit " + unit.address() + " " + request.describe();
  }

  private static String shown(Buffer bytes) {
    int shown = Math.min(bytes.length(), SHOWN_BYTES);
    String more = shown < bytes.length() ? " ..." : "";
    return "[" + HEX.formatHex(bytes.getBytes(0, shown)) + more + "]";
  }
}

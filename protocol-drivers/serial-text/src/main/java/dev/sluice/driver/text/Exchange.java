package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;
import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A poll: what was said, what has come, and who waits for it. On the line's context only. */
final class Exchange {

  private final Conversation conversation;
  private final long deadline;
  private final long timeoutNanos;
  private final DeviceCounts counts;
  private final Promise<PollResult> answer = Promise.promise();

  /** What was said last. */
  private Turn turn;

  private boolean sent;

  /** The request has left: what comes from here on is an answer to it. */
  private boolean asked;

  private Frame.@Nullable Broken fault;
  private int echoLeft;
  private boolean spedUp;
  private long askedNanos;
  private long firstByteNanos;
  private int bytesOut;
  private int turnBytesIn;
  private int bytesIn;

  Exchange(Conversation conversation, long deadline, PollRequest poll, DeviceCounts counts) {
    this.conversation = conversation;
    this.deadline = deadline;
    this.timeoutNanos = poll.timeoutNanos();
    this.counts = counts;
    this.turn = conversation.first();
  }

  Future<PollResult> answer() {
    return answer.future();
  }

  long deadline() {
    return deadline;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  /** How long the line has to be silent before it is used again, if this goes wrong. */
  long drainNanos() {
    return turn.patienceNanos() > 0 ? Math.min(turn.patienceNanos(), timeoutNanos) : timeoutNanos;
  }

  Turn turn() {
    return turn;
  }

  Framer framer() {
    return turn.framer();
  }

  boolean isSent() {
    return sent;
  }

  boolean isAsked() {
    return asked;
  }

  /** Whether the link has another speed than at the beginning. */
  boolean isSpedUp() {
    return spedUp;
  }

  /**
   * Sends what is to be said now.
   *
   * @param echo whether it comes back before the answer
   * @param left is run when it has left
   */
  void send(Link link, boolean echo, Runnable left) {
    Turn said = turn;
    sent = true;
    asked = false;
    turnBytesIn = 0;
    echoLeft = echo ? said.request().length() : 0;
    bytesOut += said.request().length();
    link.write(
        said.request(),
        nanos -> {
          if (!answer.future().isComplete()) {
            askedNanos = nanos;
            asked = true;
            if (said.baud() > 0) {
              spedUp |= link.setBaud(said.baud());
            }
            left.run();
          }
        });
  }

  void goOn(Turn next) {
    turn = next;
    fault = null;
  }

  /** Takes bytes of the answer; returns the frames that they complete. */
  List<Frame> feed(Buffer bytes, long now) {
    Buffer own = withoutEcho(bytes);
    if (own.length() == 0) {
      return List.of();
    }
    if (turnBytesIn == 0) {
      firstByteNanos = now;
    }
    turnBytesIn += own.length();
    return turn.framer().feed(own);
  }

  /** As long as what comes is what was sent, it is the echo. */
  private Buffer withoutEcho(Buffer bytes) {
    Buffer request = turn.request();
    int at = 0;
    while (echoLeft > 0 && at < bytes.length()) {
      if (bytes.getByte(at) != request.getByte(request.length() - echoLeft)) {
        echoLeft = 0; // noise, or no echo after all: the framer sees to it
      } else {
        echoLeft--;
        at++;
      }
    }
    return at == 0 ? bytes : bytes.slice(at, bytes.length());
  }

  /** Notes a broken frame, after which a whole one may still come. */
  void hold(Frame.Broken broken) {
    if (fault == null) {
      fault = broken;
    }
  }

  Frame.@Nullable Broken fault() {
    return fault;
  }

  void count(Frame.Broken broken) {
    counts.count(broken.fault().event(), 1);
  }

  /**
   * What an answer leads to.
   *
   * @throws PollException if it is no answer to this request
   */
  Conversation.Next heard(Frame.Whole frame) throws PollException {
    bytesIn += frame.wireLength();
    return conversation.heard(frame);
  }

  static PollException refusal(Frame.Broken broken) {
    return new PollException(PollFailure.BAD_REPLY, Quality.BAD_REPLY, broken.words());
  }

  String describeSilence() {
    String request = "no complete answer to " + Escapes.quote(turn.request().toString());
    return turnBytesIn == 0
        ? request
        : request + ", only " + turnBytesIn + " bytes that are no frame";
  }

  void succeed(Values values, long now) {
    ended();
    answer.complete(
        new PollResult(values, new PollTiming(askedNanos, firstByteNanos, now, bytesOut, bytesIn)));
  }

  void fail(PollException e) {
    ended();
    answer.fail(e);
  }

  private void ended() {
    int skipped = turn.framer().takeSkipped();
    if (skipped > 0) {
      counts.count("skipped_bytes", skipped);
    }
  }
}

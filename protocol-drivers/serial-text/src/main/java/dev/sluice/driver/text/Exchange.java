package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A request, what has come of its reply, and who waits for it. On the line's context only. */
final class Exchange {

  private final TextForm form;
  private final Buffer request;
  private final int[] points;
  private final long deadline;
  private final long timeoutNanos;
  private final DelimiterFramer framer;
  private final Promise<PollResult> answer = Promise.promise();
  private boolean sent;
  private long sentNanos;
  private long firstByteNanos;
  private int bytesIn;

  Exchange(TextForm form, Buffer request, int[] points, long deadline, PollRequest poll) {
    this.form = form;
    this.request = request;
    this.points = points;
    this.deadline = deadline;
    this.timeoutNanos = poll.timeoutNanos();
    this.framer = form.framer();
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

  boolean isSent() {
    return sent;
  }

  void send(Link link, TimeSource time) {
    sent = true;
    link.write(request);
    sentNanos = time.nanoTime();
  }

  /** Takes bytes of the reply; returns the lines that they complete. */
  List<Frame> feed(Buffer bytes, long now) {
    if (bytesIn == 0) {
      firstByteNanos = now;
    }
    bytesIn += bytes.length();
    return framer.feed(bytes);
  }

  /** Bytes after the last complete line. */
  int held() {
    return framer.held();
  }

  /**
   * The values in a line of the reply.
   *
   * @throws PollException if it is no reply to this request
   */
  Values read(Frame frame) throws PollException {
    if (frame instanceof Frame.Text text) {
      return form.read(text.text(), points);
    }
    throw tooLong(frame);
  }

  static PollException tooLong(Frame frame) {
    return new PollException(
        PollFailure.BAD_REPLY,
        Quality.BAD_REPLY,
        "found "
            + frame.wireLength()
            + " bytes without a delimiter, expected a line of at most "
            + DelimiterFramer.MAX_FRAME);
  }

  String describeSilence() {
    String asked = "no complete answer to " + Escapes.quote(request.toString());
    return bytesIn == 0 ? asked : asked + ", only " + bytesIn + " bytes without a delimiter";
  }

  void succeed(Values values, int length, long now) {
    var timing = new PollTiming(sentNanos, firstByteNanos, now, request.length(), length);
    answer.complete(new PollResult(values, timing));
  }

  void fail(PollException e) {
    answer.fail(e);
  }
}

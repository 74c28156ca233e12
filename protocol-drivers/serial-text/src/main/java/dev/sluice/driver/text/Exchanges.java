package dev.sluice.driver.text;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its reply at a time. On the line's context only.
 *
 * <pre>
 *   ready --request--&gt; in flight --reply--&gt; ready
 *                         |
 *                         no reply, or not a good one
 *                         v
 *                      draining --silent for a timeout--&gt; ready
 *                         |
 *                         not silent for four: dropped, the host connects again
 * </pre>
 *
 * <p>A text carries no id that would say which request it answers. So after a request without a
 * good reply, nothing is sent until the line was silent for as long as the device had to answer: a
 * late reply falls into that time and is thrown away. A poll that comes meanwhile waits; if less
 * than half of its time is left when the line is silent, it is not sent any more, because its own
 * reply would come late.
 */
final class Exchanges {

  private static final int MAX_DRAIN_TIMEOUTS = 4;

  private final LineContext context;
  private final Link link;

  /** Sent, or waiting for the end of the drain. */
  private @Nullable Exchange current;

  // While draining.
  private boolean draining;
  private long silenceNanos;
  private long silentSince;
  private long drainLimit;
  private long drainTimer;

  Exchanges(LineContext context, Link link) {
    this.context = context;
    this.link = link;
  }

  /** Asks a device and reads some of its points from the answer. */
  Future<PollResult> run(TextForm form, Buffer request, int[] points, PollRequest poll) {
    if (!link.isOpen()) {
      return Future.failedFuture(lineDown("the line is down"));
    }
    if (current != null) {
      throw new IllegalStateException("BUG: a second poll on a line that carries one at a time");
    }
    var exchange = new Exchange(form, request, points, now() + poll.timeoutNanos(), poll);
    current = exchange;
    long timer = context.vertx().setTimer(millis(poll.timeoutNanos()), id -> timedOut(exchange));
    exchange.answer().onComplete(ended -> context.vertx().cancelTimer(timer));
    if (!draining) {
      exchange.send(link, context.time());
    }
    return exchange.answer();
  }

  void received(Buffer bytes) {
    long now = now();
    if (draining) {
      context.count("late_bytes", bytes.length());
      silentSince = now;
      if (now - drainLimit > 0) {
        link.drop("never silent after a request that was not answered");
      }
      return;
    }
    Exchange exchange = current;
    if (exchange == null || !exchange.isSent()) {
      context.count("unsolicited_bytes", bytes.length());
      return;
    }
    List<Frame> frames = exchange.feed(bytes, now);
    for (int i = 0; i < frames.size(); i++) {
      Frame frame = frames.get(i);
      if (frame instanceof Frame.Text text && text.text().isEmpty()) {
        // Many devices begin their answer with a line end.
        continue;
      }
      countSurplus(exchange, frames.subList(i + 1, frames.size()));
      answered(exchange, frame, now);
      return;
    }
  }

  private void countSurplus(Exchange exchange, List<Frame> frames) {
    int surplus = exchange.held() + frames.stream().mapToInt(Frame::wireLength).sum();
    if (surplus > 0) {
      context.count("unsolicited_bytes", surplus);
    }
  }

  private void answered(Exchange exchange, Frame frame, long now) {
    current = null;
    try {
      Values values = exchange.read(frame);
      exchange.succeed(values, frame.wireLength(), now);
    } catch (PollException e) {
      drain(exchange.timeoutNanos());
      exchange.fail(e);
    }
  }

  private void timedOut(Exchange exchange) {
    if (current != exchange) {
      return;
    }
    current = null;
    String words;
    if (exchange.isSent()) {
      words = exchange.describeSilence();
      drain(exchange.timeoutNanos());
    } else {
      words = "not asked: the line was not yet silent after a request without a good reply";
    }
    exchange.fail(new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, words));
  }

  private void drain(long nanos) {
    draining = true;
    silenceNanos = nanos;
    silentSince = now();
    drainLimit = silentSince + MAX_DRAIN_TIMEOUTS * nanos;
    drainTimer = context.vertx().setTimer(millis(nanos), id -> checkSilence());
  }

  private void checkSilence() {
    long left = silentSince + silenceNanos - now();
    if (left > 0) {
      drainTimer = context.vertx().setTimer(millis(left), id -> checkSilence());
      return;
    }
    draining = false;
    Exchange waiting = current;
    if (waiting != null && waiting.deadline() - now() >= waiting.timeoutNanos() / 2) {
      waiting.send(link, context.time());
    }
  }

  /** The link is gone, and with it everything that was under way. */
  void down(String reason) {
    if (draining) {
      draining = false;
      context.vertx().cancelTimer(drainTimer);
    }
    Exchange exchange = current;
    current = null;
    if (exchange != null) {
      exchange.fail(lineDown(reason));
    }
  }

  private static PollException lineDown(String reason) {
    return new PollException(PollFailure.LINE_DOWN, Quality.DISCONNECTED, reason);
  }

  private long now() {
    return context.time().nanoTime();
  }

  private static long millis(long nanos) {
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }
}

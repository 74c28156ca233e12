package dev.sluice.driver.text;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import dev.sluice.driver.text.frame.Frame;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One poll at a time. On the line's context only.
 *
 * <pre>
 *   ready --request--&gt; in flight --answer--&gt; ready, or in flight again with what is said next
 *                         |
 *                         no answer, or not a good one
 *                         v
 *                      draining --silent for as long as it had to answer--&gt; ready
 *                         |
 *                         not silent for four times that: a connection is dropped
 * </pre>
 *
 * <p>A text carries no id that would say which request it answers. So after a request without a
 * good answer, nothing is sent until the line was silent for as long as the device had to answer: a
 * late one falls into that time and is thrown away. A poll that comes meanwhile waits; if less than
 * half of its time is left when the line is silent, it is not sent any more, because its own answer
 * would come late.
 */
final class Exchanges {

  private static final int MAX_DRAIN_TIMEOUTS = 4;

  private final LineContext context;
  private final Link link;
  private final int baud;
  private final boolean echo;

  /** After which a frame ends, or is seen to be cut. */
  private final Silence gap;

  /** After which a device is taken for silent although its poll has more time. */
  private final Silence patience;

  /** After which the line can be used again. */
  private final Silence drain;

  /** Sent, or waiting for the end of the drain. */
  private @Nullable Exchange current;

  private long drainLimit;

  /**
   * For a link that is not open yet.
   *
   * @param baud speed that the link has between two polls; 0 if it has none
   * @param echo whether what is sent comes back before the answer
   */
  Exchanges(LineContext context, Link link, int baud, boolean echo) {
    this.context = context;
    this.link = link;
    this.baud = baud;
    this.echo = echo;
    this.gap = new Silence(context, this::fellSilent);
    this.patience = new Silence(context, this::gaveUp);
    this.drain = new Silence(context, this::drained);
  }

  /** Talks to a device and reads some of its points from what it says. */
  Future<PollResult> run(Conversation conversation, PollRequest poll, DeviceCounts counts) {
    if (!link.isOpen()) {
      return Future.failedFuture(lineDown("the line is down"));
    }
    if (current != null) {
      throw new IllegalStateException("BUG: a second poll on a line that carries one at a time");
    }
    var exchange = new Exchange(conversation, now() + poll.timeoutNanos(), poll, counts);
    current = exchange;
    long timer = context.vertx().setTimer(millis(poll.timeoutNanos()), id -> timedOut(exchange));
    exchange.answer().onComplete(ended -> context.vertx().cancelTimer(timer));
    if (!drain.isAwaited()) {
      send(exchange);
    }
    return exchange.answer();
  }

  private void send(Exchange exchange) {
    exchange.send(
        link,
        echo,
        () -> {
          if (exchange.turn().patienceNanos() > 0) {
            patience.await(exchange.turn().patienceNanos());
          }
        });
  }

  void received(Buffer bytes, long now) {
    if (drain.isAwaited()) {
      context.count("late_bytes", bytes.length());
      drain.broken();
      if (now - drainLimit > 0) {
        link.neverSilent("never silent after a request that was not answered");
      }
      return;
    }
    Exchange exchange = current;
    if (exchange == null || !exchange.isAsked()) {
      context.count("unsolicited_bytes", bytes.length());
      return;
    }
    patience.broken();
    long silence = exchange.framer().silenceNanos();
    if (silence > 0) {
      gap.await(silence);
    }
    take(exchange, exchange.feed(bytes, now), now);
  }

  private void fellSilent() {
    Exchange exchange = current;
    if (exchange == null || !exchange.isAsked()) {
      return;
    }
    long now = now();
    take(exchange, exchange.framer().silence(), now - exchange.framer().silenceNanos());
    Frame.Broken fault = exchange.fault();
    if (current == exchange && fault != null) {
      failed(exchange, Exchange.refusal(fault));
    }
  }

  private void take(Exchange exchange, List<Frame> frames, long now) {
    for (int i = 0; i < frames.size(); i++) {
      Frame frame = frames.get(i);
      if (frame instanceof Frame.Whole whole) {
        if (whole.content().length() > 0) { // many devices begin their answer with a line end
          countSurplus(exchange, frames.subList(i + 1, frames.size()));
          answered(exchange, whole, now);
          return;
        }
      } else if (frame instanceof Frame.Broken broken) {
        exchange.count(broken);
        if (exchange.framer().silenceNanos() > 0) {
          exchange.hold(broken); // it was noise, perhaps, and the answer is behind it
        } else {
          countSurplus(exchange, frames.subList(i + 1, frames.size()));
          failed(exchange, Exchange.refusal(broken));
          return;
        }
      }
    }
  }

  private void countSurplus(Exchange exchange, List<Frame> frames) {
    int surplus = exchange.framer().held() + frames.stream().mapToInt(Frame::wireLength).sum();
    if (surplus > 0) {
      context.count("unsolicited_bytes", surplus);
    }
  }

  private void answered(Exchange exchange, Frame.Whole frame, long now) {
    gap.stop();
    patience.stop();
    try {
      Conversation.Next next = exchange.heard(frame);
      if (next instanceof Conversation.Next.Say say) {
        exchange.goOn(say.turn());
        send(exchange);
      } else if (next instanceof Conversation.Next.Read read) {
        end(exchange);
        exchange.succeed(read.values(), now);
      }
    } catch (PollException e) {
      failed(exchange, e);
    }
  }

  private void gaveUp() {
    Exchange exchange = current;
    if (exchange != null) {
      timedOut(exchange);
    }
  }

  private void timedOut(Exchange exchange) {
    if (current != exchange) {
      return;
    }
    if (!exchange.isSent()) {
      end(exchange);
      String words = "not asked: the line was not yet silent after a request without a good answer";
      exchange.fail(new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, words));
      return;
    }
    Frame.Broken fault = exchange.fault();
    failed(
        exchange,
        fault != null
            ? Exchange.refusal(fault)
            : new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, exchange.describeSilence()));
  }

  private void failed(Exchange exchange, PollException e) {
    end(exchange);
    long nanos = exchange.drainNanos();
    drainLimit = now() + MAX_DRAIN_TIMEOUTS * nanos;
    drain.await(nanos);
    exchange.fail(e);
  }

  /** The exchange is over, however: the line is as before. */
  private void end(Exchange exchange) {
    current = null;
    gap.stop();
    patience.stop();
    if (exchange.isSpedUp() && link.isOpen()) {
      link.setBaud(baud);
    }
  }

  private void drained() {
    Exchange waiting = current;
    if (waiting != null && waiting.deadline() - now() >= waiting.timeoutNanos() / 2) {
      send(waiting);
    }
  }

  /** The link is gone, and with it everything that was under way. */
  void down(String reason) {
    drain.stop();
    Exchange exchange = current;
    if (exchange != null) {
      end(exchange);
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

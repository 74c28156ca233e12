package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.uplink.InboundCounters.Result;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one gate through which everything passes that comes down. What is too large or too much is
 * dropped, counted, and answered where the platform can be answered, no faster than things are let
 * in. It is acknowledged all the same: a broker that waits for acknowledgements stops sending, and
 * the next command would not come through either.
 */
final class Inbound {

  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
  private static final long QUIET = TimeUnit.MINUTES.toNanos(1);

  /** A whole burst of what a broker had retained comes at once. */
  private static final int BURST_SECONDS = 2;

  private final String uplink;
  private final InboundOptions options;
  private final InboundCounters counters;
  private final TimeSource time;
  private final TokenBucket rate;

  /** Of answers to what was not let in. */
  private final TokenBucket refusals;

  private boolean told;
  private long toldAt;
  private long untold;

  Inbound(String uplink, InboundOptions options, InboundCounters counters, TimeSource time) {
    this.uplink = uplink;
    this.options = options;
    this.counters = counters;
    this.time = time;
    this.rate = bucket();
    this.refusals = bucket();
  }

  private TokenBucket bucket() {
    return new TokenBucket(
        options.rate(), (double) BURST_SECONDS * options.rate(), time.nanoTime());
  }

  /** Something came. */
  void received(Incoming message, Conversation by) {
    long now = time.nanoTime();
    int bytes = bytes(message);
    if (rate.waitNanos(now) > 0) {
      String limit = "more than inbound.rate, " + options.rate() + "/s";
      dropped(message, bytes, Result.FLOOD, limit);
      refuse(message, by, Answer.of(Answer.TOO_MANY, limit), now);
      return;
    }
    rate.take(1, now);
    if (bytes > options.maxBytes()) {
      String limit = "more than inbound.maxBytes, " + options.maxBytes();
      dropped(message, bytes, Result.OVERSIZE, limit);
      refuse(message, by, Answer.of(Answer.TOO_LARGE, limit), now);
      return;
    }
    switch (verdict(message, by)) {
      case TAKEN -> counters.add(Result.TAKEN);
      case MALFORMED -> dropped(message, bytes, Result.MALFORMED, "not understood");
      case UNKNOWN_TOPIC -> dropped(message, bytes, Result.UNKNOWN_TOPIC, "means nothing here");
    }
  }

  /**
   * Whatever a stranger sends must not end in an exception; when it does, it costs nothing else.
   */
  private Conversation.Verdict verdict(Incoming message, Conversation by) {
    try {
      return by.received(message);
    } catch (RuntimeException e) {
      unexpected(message, e);
      return Conversation.Verdict.MALFORMED;
    }
  }

  private void refuse(Incoming message, Conversation by, Answer why, long now) {
    if (refusals.waitNanos(now) > 0) {
      return;
    }
    refusals.take(1, now);
    try {
      by.refused(message, why);
    } catch (RuntimeException e) {
      unexpected(message, e);
    }
  }

  private void unexpected(Incoming message, RuntimeException e) {
    LOG.atError()
        .addKeyValue("uplink", uplink)
        .addKeyValue("topic", shown(message))
        .setCause(e)
        .log("BUG: a message from the broker was not expected");
  }

  private void dropped(Incoming message, int bytes, Result result, String why) {
    counters.add(result);
    long now = time.nanoTime();
    if (told && now - toldAt < QUIET) {
      untold++;
      return;
    }
    LOG.atWarn()
        .addKeyValue("uplink", uplink)
        .addKeyValue("topic", shown(message))
        .addKeyValue("bytes", bytes)
        .addKeyValue("result", result.word())
        .addKeyValue("reason", why)
        .addKeyValue("untold", untold)
        .log("message from the broker dropped");
    told = true;
    toldAt = now;
    untold = 0;
  }

  private static int bytes(Incoming message) {
    return message.topic().getBytes(StandardCharsets.UTF_8).length + message.payload().length();
  }

  private static String shown(Incoming message) {
    String topic = message.topic();
    return topic.length() <= 200 ? topic : topic.substring(0, 200) + "...";
  }
}

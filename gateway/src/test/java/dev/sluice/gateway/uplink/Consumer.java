package dev.sluice.gateway.uplink;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A subscriber and its ledger: which seqs it has, which were named as not coming, and when each
 * arrived first. Reads only the head of a message, so that it keeps up. Thread-safe.
 */
final class Consumer implements AutoCloseable {

  private static final int HEAD = 400;
  private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");
  private static final Pattern LOW = Pattern.compile("\"low\":(\\d+)");
  private static final Pattern GAP =
      Pattern.compile(
          "\"gap\":\\{\"first\":(\\d+),\"last\":(\\d+),\"count\":(\\d+),\"reason\":\"(.+?)\"");

  /** What a gap message told. */
  record Gap(int first, int last, long count, String reason) {}

  private final Vertx vertx = Vertx.vertx();
  private final BitSet received = new BitSet();
  private final BitSet named = new BitSet();
  private final BitSet history = new BitSet();
  private final List<Gap> gaps = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final int[] highest = new int[2];
  private long[] nanos = new long[1 << 12];
  private long repeats;
  private long disorder;
  private long lastHistoryNanos;
  private long low;
  private int settled = 1;

  /** Subscribed when it returns. */
  static Consumer of(int port, String topic) throws Exception {
    var consumer = new Consumer();
    var client =
        MqttClient.create(
            consumer.vertx,
            new MqttClientOptions().setMaxMessageSize(1 << 20).setClientId("consumer-" + topic));
    client.publishHandler(message -> consumer.add(message.payload()));
    client
        .connect(port, "127.0.0.1")
        .compose(done -> client.subscribe(topic, MqttQoS.AT_LEAST_ONCE.value()))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    return consumer;
  }

  private synchronized void add(Buffer payload) {
    String head =
        payload.getString(0, Math.min(HEAD, payload.length()), StandardCharsets.UTF_8.name());
    int seq = Math.toIntExact(number(SEQ, head));
    if (nanos.length <= seq) {
      nanos = java.util.Arrays.copyOf(nanos, 2 * seq);
    }
    boolean old = head.contains("\"lane\":\"history\"");
    boolean repeated = received.get(seq);
    if (repeated) {
      repeats++;
    } else {
      received.set(seq);
      nanos[seq] = System.nanoTime();
      history.set(seq, old);
      int lane = old ? 0 : 1;
      if (seq < highest[lane]) {
        disorder++;
      }
      highest[lane] = Math.max(highest[lane], seq);
    }
    Matcher gap = GAP.matcher(head);
    if (gap.find()) {
      int first = Integer.parseInt(gap.group(1));
      int last = Integer.parseInt(gap.group(2));
      named.set(first, last + 1);
      if (!repeated) {
        gaps.add(new Gap(first, last, Long.parseLong(gap.group(3)), gap.group(4)));
      }
    }
    if (old) {
      lastHistoryNanos = System.nanoTime();
    }
    low = number(LOW, head);
    int missing = firstMissing();
    if (missing < low) {
      violations.add("low " + low + " while " + missing + " was neither received nor named");
    }
  }

  private static long number(Pattern of, String head) {
    Matcher matcher = of.matcher(head);
    if (!matcher.find()) {
      throw new AssertionError("no " + of + " in " + head);
    }
    return Long.parseLong(matcher.group(1));
  }

  /** The lowest seq that it neither has nor was told of; all is well below. */
  synchronized int firstMissing() {
    int seq = settled;
    while (received.get(seq) || named.get(seq)) {
      seq++;
    }
    settled = seq;
    return seq;
  }

  synchronized boolean has(int seq) {
    return received.get(seq);
  }

  synchronized boolean isHistory(int seq) {
    return history.get(seq);
  }

  synchronized long arrivedNanos(int seq) {
    return nanos[seq];
  }

  synchronized int receivedCount() {
    return received.cardinality();
  }

  /** How many it was told of and does not have. */
  synchronized int onlyNamed() {
    var only = (BitSet) named.clone();
    only.andNot(received);
    return only.cardinality();
  }

  synchronized List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized long repeats() {
    return repeats;
  }

  /** How often a seq came after a higher one of its lane. */
  synchronized long disorder() {
    return disorder;
  }

  synchronized long lastHistoryNanos() {
    return lastHistoryNanos;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A link with what belongs to it, and a connector that does what a test tells it to. */
final class LinkRig {

  final FakeOutbox outbox = new FakeOutbox();
  final UplinkCounters counters = new UplinkCounters();

  /** What conversations heard: opened, history, ended, and what came. */
  final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
  final List<String> filters;
  volatile Supplier<Future<Conversation>> begin = () -> Future.succeededFuture(new Talk());
  volatile Function<OutboxRecord, List<Publication>> words =
      record -> List.of(new Publication("t", Buffer.buffer("" + record.seq()), false));
  volatile boolean readyAtOnce;
  volatile long settleMillis;

  /** One for each acknowledgment that began to settle. */
  final Semaphore settling = new Semaphore(0);

  volatile Runnable onHistory = () -> {};
  volatile Function<Incoming, Conversation.Verdict> onReceived =
      message -> Conversation.Verdict.TAKEN;

  final Context context;
  private final Vertx vertx;
  private Link link;

  LinkRig(Vertx vertx, String... filters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.filters = List.of(filters);
  }

  static LinkOptions link(int port, Duration ackTimeout, Duration backoffMax) {
    return link(port, Duration.ofSeconds(5), ackTimeout, Duration.ofMillis(1), backoffMax);
  }

  static LinkOptions link(
      int port,
      Duration connectTimeout,
      Duration ackTimeout,
      Duration backoffFirst,
      Duration backoffMax) {
    return new LinkOptions(
        URI.create("tcp://127.0.0.1:" + port),
        "plant-7-cloud",
        null,
        null,
        null,
        null,
        8,
        1 << 20,
        128 << 10,
        Duration.ofSeconds(30),
        connectTimeout,
        ackTimeout,
        backoffFirst,
        backoffMax,
        Duration.ofSeconds(20));
  }

  void open(int port) throws Exception {
    Duration ack = Duration.ofSeconds(5);
    // The first connection of a JVM may take long: made twice, others are counted wrong.
    Duration connect = Duration.ofSeconds(15);
    open(
        link(port, connect, ack, Duration.ofMillis(1), Duration.ofMillis(20)),
        FlowOptions.DEFAULTS);
  }

  void open(LinkOptions options, FlowOptions flow) throws Exception {
    var all =
        new UplinkOptions(
            "cloud",
            "plant-7",
            new MqttOptions("t", Form.JSON, Compression.NONE, "s"),
            options,
            5,
            flow);
    call(
        () -> {
          var time = new Monotonic();
          var backoff = new Backoff(options.backoffFirst(), options.backoffMax(), Seed.random());
          var disk = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), Seed.random());
          var forwarder =
              new Forwarder(
                  vertx,
                  all,
                  outbox,
                  outbox::append,
                  (record, why) -> {
                    heard.add("dead " + record.seq() + ": " + why);
                    return Future.succeededFuture();
                  },
                  time,
                  counters,
                  disk,
                  disk);
          link =
              new Link(
                  vertx,
                  all,
                  new Scripted(),
                  () -> "S1",
                  time,
                  backoff,
                  counters,
                  forwarder,
                  credentials(options));
          forwarder.start();
          link.open();
        });
  }

  void call(Runnable on) throws Exception {
    var done = new CompletableFuture<Void>();
    context.runOnContext(
        ignored -> {
          try {
            on.run();
            done.complete(null);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    done.get(10, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    var done = new CompletableFuture<Void>();
    call(() -> link.close().onComplete(ignored -> done.complete(null)));
    done.get(10, TimeUnit.SECONDS);
  }

  private CredentialFiles credentials(LinkOptions options) {
    return new CredentialFiles(vertx, "cloud", options.credentials(), new Monotonic());
  }

  UplinkStats stats() {
    return counters.snapshot("cloud", 0, counters.flow(outbox), Map.of(), CredentialStats.NONE, 0);
  }

  String heard() throws Exception {
    return heard.poll(15, TimeUnit.SECONDS);
  }

  Channel channel() throws Exception {
    return channels.poll(15, TimeUnit.SECONDS);
  }

  Long acked() throws Exception {
    return outbox.acked.poll(15, TimeUnit.SECONDS);
  }

  private final class Scripted implements Connector {

    @Override
    public Future<Conversation> begin(String stream, Credentials with) {
      return begin.get();
    }

    @Override
    public void close() {}
  }

  final class Talk implements Conversation {

    @Override
    public @Nullable Publication will() {
      return null;
    }

    @Override
    public List<String> subscriptions() {
      return filters;
    }

    @Override
    public void open(Channel channel) {
      heard.add("open");
      channels.add(channel);
      if (readyAtOnce) {
        channel.ready();
      }
    }

    @Override
    public Rendered render(OutboxRecord record, Lane lane, long low) {
      return new Rendered(words.apply(record), 0, 0);
    }

    @Override
    public Rendered renderLetter(String stream, OutboxRecord letter, long low) {
      return render(letter, Lane.HISTORY, low);
    }

    @Override
    public long settleMillis() {
      settling.release();
      return settleMillis;
    }

    @Override
    public Verdict received(Incoming message) {
      return onReceived.apply(message);
    }

    @Override
    public void historyDone() {
      heard.add("history");
      onHistory.run();
    }

    @Override
    public List<Publication> farewell(long nowMillis) {
      return List.of();
    }

    @Override
    public void ended() {
      heard.add("ended");
    }
  }
}

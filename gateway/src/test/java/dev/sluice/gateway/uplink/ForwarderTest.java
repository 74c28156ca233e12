package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import dev.sluice.gateway.uplink.mqtt.SessionListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What moves records, where it is called back from within its own work. */
class ForwarderTest {

  private static final int RECORDS = 50;

  private final FakeOutbox outbox = new FakeOutbox();
  private final UplinkCounters counters = new UplinkCounters();
  private Vertx vertx;
  private Context context;
  private ScriptedBroker broker;
  private Forwarder forwarder;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    broker = ScriptedBroker.listen(vertx);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aSessionLostWithinTheSendLoopSendsNothingMoreAndTheNextOneSendsAllOnce() throws Exception {
    outbox.fill(RECORDS);
    var lost = new CompletableFuture<Long>();
    var session = new CompletableFuture<MqttSession>();
    Conversation losing =
        new Rendering("former") {
          @Override
          public Rendered render(OutboxRecord record, Lane lane, long low) {
            if (record.seq() == 1) {
              // The turn after this one comes when the loop is left.
              context.runOnContext(ignored -> lost.complete(counters.published.get()));
              forwarder.lost(LinkFailure.CLOSED);
            }
            return super.render(record, lane, low);
          }
        };
    context.runOnContext(
        ignored -> {
          forwarder = forwarder();
          MqttSession opened = session();
          opened
              .connect()
              .onSuccess(
                  up -> {
                    session.complete(opened);
                    forwarder.begin(opened, losing);
                    forwarder.resume();
                  });
        });
    assertThat(lost.get(20, TimeUnit.SECONDS)).as("published after the loss").isZero();

    MqttSession open = session.get(20, TimeUnit.SECONDS);
    context.runOnContext(
        ignored -> {
          forwarder.begin(open, new Rendering("latter"));
          forwarder.resume();
        });
    var acked = new ArrayList<Long>();
    while (acked.size() < RECORDS) {
      acked.add(outbox.acked.poll(20, TimeUnit.SECONDS));
    }
    assertThat(acked)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, RECORDS).boxed().toList());
    assertThat(broker.received)
        .hasSize(RECORDS)
        .allSatisfy(message -> assertThat(message.topic()).isEqualTo("latter"));
  }

  /** While what is suspected waits in the other lane until nothing is in flight. */
  @Test
  void aRecordThatHasBegunIsFinishedBeforeAnotherTravelsAlone() throws Exception {
    var refused = new AtomicInteger();
    var opened = new CompletableFuture<MqttSession>();
    Conversation closing =
        new Rendering("suspect") {
          @Override
          public Publication seal(Publication message) {
            context.runOnContext(
                ignored -> {
                  forwarder.lost(LinkFailure.CLOSED);
                  refused.incrementAndGet();
                });
            return message;
          }
        };
    Conversation parts =
        new Rendering("parts") {
          @Override
          public Rendered render(OutboxRecord record, Lane lane, long low) {
            List<Publication> one = super.render(record, lane, low).messages();
            return new Rendered(
                record.seq() == 1 ? one : Collections.nCopies(20, one.get(0)), 0, 0);
          }
        };
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (message.topicName().equals("parts")) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    outbox.fill(1);
    context.runOnContext(
        ignored -> {
          forwarder = forwarder();
          MqttSession session = session();
          session.connect().onSuccess(up -> opened.complete(session));
        });
    MqttSession session = opened.get(20, TimeUnit.SECONDS);
    for (int i = 1; i <= 2; i++) {
      int times = i;
      context.runOnContext(
          ignored -> {
            forwarder.begin(session, closing);
            forwarder.resume();
          });
      await(() -> refused.get() == times);
    }
    context.runOnContext(
        ignored -> {
          forwarder.begin(session, parts);
          outbox.fill(1);
          forwarder.resume();
        });
    assertThat(outbox.acked.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(outbox.acked.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
  }

  private static void await(BooleanSupplier what) throws Exception {
    for (int i = 0; i < 2_000 && !what.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(what.getAsBoolean()).isTrue();
  }

  private Forwarder forwarder() {
    var options =
        new UplinkOptions(
            "cloud",
            "plant-7",
            new MqttOptions("t", Form.JSON, Compression.NONE, "s"),
            new LinkOptions(
                URI.create("tcp://127.0.0.1:" + broker.port()),
                "client",
                null,
                null,
                null,
                null,
                8,
                1 << 20,
                128 << 10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofMillis(1),
                Duration.ofMillis(20),
                Duration.ofSeconds(20)),
            5,
            FlowOptions.DEFAULTS);
    var backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), Seed.random());
    return new Forwarder(
        vertx,
        options,
        outbox,
        outbox::append,
        (record, why) -> Future.succeededFuture(),
        new Monotonic(),
        counters,
        backoff,
        backoff);
  }

  private MqttSession session() {
    var settings =
        new MqttSettings(
            "127.0.0.1",
            broker.port(),
            null,
            "client",
            null,
            null,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            8,
            1 << 20);
    return new MqttSession(
        vertx,
        settings,
        null,
        new Monotonic(),
        new SessionListener() {
          @Override
          public void acknowledged(long token) {
            forwarder.acknowledged(token);
          }

          @Override
          public void ended(LinkException why) {
            forwarder.lost(why.failure());
          }
        });
  }

  /** Every record is one message under one topic. */
  private static class Rendering implements Conversation {

    private final String topic;

    Rendering(String topic) {
      this.topic = topic;
    }

    @Override
    public @Nullable Publication will() {
      return null;
    }

    @Override
    public void open(Channel channel) {
      throw new IllegalStateException("nobody opens it here");
    }

    @Override
    public Rendered renderLetter(String stream, OutboxRecord letter, long low) {
      return render(letter, Lane.HISTORY, low);
    }

    @Override
    public Rendered render(OutboxRecord record, Lane lane, long low) {
      var payload = Buffer.buffer("" + record.seq());
      return new Rendered(List.of(new Publication(topic, payload, false)), 0, 0);
    }

    @Override
    public List<Publication> farewell(long nowMillis) {
      return List.of();
    }
  }
}

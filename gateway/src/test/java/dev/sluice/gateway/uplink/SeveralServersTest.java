package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.HeldPort;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of several servers is connected to, and that it is one at a time. */
class SeveralServersTest {

  private static final Duration NEVER = Duration.ofMinutes(5);

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private Vertx vertx;
  private ScriptedBroker first;
  private ScriptedBroker second;

  @BeforeEach
  void open() throws Exception {
    // One thread for all: what happened before on one side is known before on the other.
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    first = ScriptedBroker.listen(vertx);
    second = ScriptedBroker.listen(vertx);
    first.onConnect = (connection, endpoint) -> accept(endpoint);
    second.onConnect = (connection, endpoint) -> accept(endpoint);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void accept(MqttEndpoint endpoint) {
    most.accumulateAndGet(open.incrementAndGet(), Math::max);
    endpoint.closeHandler(ignored -> open.decrementAndGet());
    endpoint.accept(false);
  }

  private static LinkOptions link(Duration stableAfter, String url, String... others) {
    Reach reach = ReachRig.alternates(others);
    return ReachRig.patient(url, Duration.ofSeconds(20), stableAfter, reach);
  }

  private LinkOptions link(Duration stableAfter) {
    return link(stableAfter, url(first), url(second));
  }

  private static String url(ScriptedBroker broker) {
    return "tcp://127.0.0.1:" + broker.port();
  }

  @Test
  void theNextIsTakenWhenTheFirstRefusesAndTheFirstAgainWhenTheNextIsGone() throws Exception {
    first.onConnect =
        (connection, endpoint) -> {
          if (connection == 1) {
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
          } else {
            accept(endpoint);
          }
        };
    try (var rig = new ReachRig(vertx)) {
      rig.outbox.fill(3);
      rig.start(link(NEVER));
      rig.awaitAcked(3);
      assertThat(second.connections).hasValue(1);
      assertThat(rig.stats().server()).isEqualTo(new UplinkServer(1, 2, url(second), "off"));
      second.close();
      rig.await("back at the first", s -> s.server().index() == 0 && s.connects() == 2);
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void whoServedWellIsTriedOnceMoreAndThenTheNext() throws Exception {
    first.onConnect =
        (connection, endpoint) -> {
          if (connection == 2) {
            endpoint.close();
          } else {
            accept(endpoint);
          }
        };
    try (var rig = new ReachRig(vertx)) {
      rig.outbox.fill(1);
      rig.start(link(Duration.ofMillis(1)));
      rig.awaitAcked(1);
      MqttEndpoint endpoint = first.connects.poll(10, TimeUnit.SECONDS);
      vertx.setTimer(50, ignored -> endpoint.close()); // longer than it takes to be stable
      rig.await("at the second", s -> s.server().index() == 1 && s.connects() == 2);
      assertThat(first.connections).hasValue(2);
      assertThat(second.connections).hasValue(1);
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void aConnectionThatDidNotHoldIsNotTriedOnceMore() throws Exception {
    first.onPublish = (connection, endpoint, message) -> endpoint.close();
    try (var rig = new ReachRig(vertx)) {
      rig.outbox.fill(2);
      rig.start(link(NEVER));
      rig.awaitAcked(2);
      assertThat(first.connections).hasValue(1);
      assertThat(rig.stats().server().index()).isEqualTo(1);
    }
  }

  @Test
  void schemesMayBeMixed() throws Exception {
    var options = new MqttServerOptions();
    options.setUseWebSocket(true);
    try (var nobody = HeldPort.take();
        var rig = new ReachRig(vertx);
        var third = ScriptedBroker.listen(vertx, options, 0)) {
      rig.outbox.fill(2);
      String url = "ws://127.0.0.1:" + third.port() + "/mqtt";
      rig.start(link(NEVER, "tcp://127.0.0.1:" + nobody.port(), url, url(second)));
      rig.awaitAcked(2);
      assertThat(rig.stats().server()).isEqualTo(new UplinkServer(1, 3, url, "off"));
    }
  }

  /** What a conversation ends, as over a primary host that is offline, is left for the next. */
  @Test
  void aConversationThatEndsItsConnectionGoesToTheNextServer() throws Exception {
    BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
    LinkOptions way = link(Duration.ofMillis(1));
    UplinkOptions usual = UplinkOptions.of("cloud", "plant-7", way.url(), "x");
    var options =
        new UplinkOptions("cloud", "plant-7", usual.connector(), way, 5, FlowOptions.DEFAULTS);
    var outbox = new FakeOutbox();
    var counters = new UplinkCounters();
    var time = new Monotonic();
    var opened = new LinkedBlockingQueue<Link>();
    vertx.runOnContext(
        ignored -> {
          var forwarder =
              new Forwarder(
                  vertx,
                  options,
                  outbox,
                  outbox::append,
                  (record, why) -> Future.succeededFuture(),
                  time,
                  counters,
                  backoff(),
                  backoff());
          var link =
              new Link(
                  vertx,
                  options,
                  new Opening(channels),
                  () -> "S1",
                  time,
                  backoff(),
                  counters,
                  forwarder,
                  new CredentialFiles(vertx, "cloud", options.link().credentials(), time));
          link.open();
          opened.add(link);
        });
    for (int i = 0; i < 6; i++) {
      Channel channel = channels.poll(10, TimeUnit.SECONDS);
      assertThat(channel).isNotNull();
      assertThat(channel.server()).isEqualTo(i % 2);
      assertThat(channel.servers()).isEqualTo(2);
      // Longer than it takes to be stable.
      vertx.setTimer(
          30, ignored -> channel.end(new LinkException(LinkFailure.HOST_OFFLINE, "", null)));
    }
    Link link = opened.poll(10, TimeUnit.SECONDS);
    vertx.runOnContext(ignored -> link.close());
    assertThat(most).hasValue(1);
  }

  private static Backoff backoff() {
    return new Backoff(Duration.ofMillis(10), Duration.ofMillis(20), Seed.random());
  }

  private record Opening(BlockingQueue<Channel> channels) implements Connector, Conversation {

    @Override
    public Future<Conversation> begin(String stream, Credentials with) {
      return Future.succeededFuture(this);
    }

    @Override
    public Publication will() {
      return null;
    }

    @Override
    public void open(Channel channel) {
      channel.ready();
      channels.add(channel);
    }

    @Override
    public Rendered render(OutboxRecord record, Lane lane, long low) {
      return new Rendered(List.of(), 0, 0);
    }

    @Override
    public Rendered renderLetter(String stream, OutboxRecord letter, long low) {
      return new Rendered(List.of(), 0, 0);
    }

    @Override
    public List<Publication> farewell(long nowMillis) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}

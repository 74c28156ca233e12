package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A platform that says who we are, and for how long. */
class RenewalTest {

  private static final Duration GOOD_FOR = Duration.ofMillis(700);

  private Vertx vertx;
  private final AtomicInteger logins = new AtomicInteger();
  private final BlockingQueue<String> farewells = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Another password each time, good for less than a second. */
  private final class Talk implements Conversation {

    private final int number = logins.incrementAndGet();

    @Override
    public Login login() {
      return Login.of("device-9", "user-9", "token-" + number)
          .keepingSession()
          .renewedAfter(GOOD_FOR);
    }

    @Override
    public @Nullable Publication will() {
      return null;
    }

    @Override
    public void open(Channel channel) {
      channel.ready();
    }

    @Override
    public Rendered render(OutboxRecord record, Lane lane, long low) {
      return new Rendered(
          List.of(new Publication("t", Buffer.buffer("" + record.seq()), false)), 0, 0);
    }

    @Override
    public Rendered renderLetter(String stream, OutboxRecord letter, long low) {
      return render(letter, Lane.HISTORY, low);
    }

    @Override
    public List<Publication> farewell(long nowMillis) {
      farewells.add("bye-" + number);
      return List.of(new Publication("bye", Buffer.buffer("" + number), false));
    }
  }

  @Test
  void theNextLoginComesBeforeTheLastExpiresAndNothingIsLostOrSentTwice() throws Exception {
    var rig = new LinkRig(vertx);
    rig.begin = () -> Future.succeededFuture(new Talk());
    try (var broker = ScriptedBroker.listen(vertx)) {
      // Eight at a time, each answered late: at every renewal some are under way.
      broker.onPublish =
          (connection, endpoint, message) ->
              vertx.setTimer(50, ignored -> endpoint.publishAcknowledge(message.messageId()));
      rig.outbox.fill(150);
      rig.open(broker.port());
      for (int number = 1; number <= 3; number++) {
        MqttEndpoint endpoint = broker.connects.poll(10, TimeUnit.SECONDS);
        assertThat(endpoint.clientIdentifier()).isEqualTo("device-9");
        assertThat(endpoint.auth().getUsername()).isEqualTo("user-9");
        assertThat(endpoint.auth().getPassword()).isEqualTo("token-" + number);
        assertThat(endpoint.isCleanSession()).isFalse();
        rig.outbox.fill(100);
        assertThat(farewells.poll(10, TimeUnit.SECONDS)).isEqualTo("bye-" + number);
        assertThat(broker.disconnects.poll(10, TimeUnit.SECONDS)).as("in order").isNotNull();
      }
      var acked = new HashSet<Long>();
      while (acked.size() < 450) {
        assertThat(acked.add(rig.acked())).isTrue();
      }
      var payloads =
          broker.received.stream()
              .filter(message -> message.topic().equals("t"))
              .map(message -> message.payload().toString())
              .toList();
      assertThat(payloads).hasSize(450).doesNotHaveDuplicates();
      assertThat(rig.stats().failures()).as("no failure").isEmpty();
    } finally {
      rig.close();
    }
  }
}

package dev.sluice.e2e.cloud.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What every platform has: names, limits, faults on purpose; seen by a client of Paho. */
class CloudBrokerTest {

  private static Peer peer;

  private CloudBroker broker;
  private MqttPeer client;

  @BeforeAll
  static void prepare() {
    peer = Bench.peer(PahoPeer.class);
  }

  @BeforeEach
  void listen(TestInfo test) {
    broker = CloudBroker.listen(new Anything());
    client = new MqttPeer(peer, test.getDisplayName());
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Outcome connect(String host) {
    return client.connect(host, broker.port(), "edge", "user", "secret");
  }

  private void in() {
    assertThat(connect(Bench.CLEARBLADE).error()).isEmpty();
  }

  @Test
  void aNameThatIsNotOnTheCertificateIsNotBelieved() {
    assertThat(connect("localhost").error()).contains("SSLHandshakeException");
    assertThat(broker.connects()).isEmpty();
    in();
    assertThat(broker.connects())
        .extracting(Connect::serverName, Connect::password)
        .containsExactly(tuple(Bench.CLEARBLADE, "secret"));
  }

  @Test
  void acknowledgmentsCanBeLateOrLostThoughTheMessageWasTaken() {
    in();
    broker.faults().delayAcknowledgments(Duration.ofSeconds(20));
    assertThat(client.tryPublish("a", "1", 1, 100).failed()).isTrue();
    broker.faults().delayAcknowledgments(Duration.ofMillis(300));
    client.publish("a", "2");
    broker.faults().delayAcknowledgments(Duration.ZERO);
    broker.faults().loseAcknowledgments(1);
    assertThat(client.tryPublish("a", "3", 1, 200).failed()).isTrue();
    client.publish("a", "4");
    assertThat(broker.received("a")).extracting(Received::text).containsExactly("1", "2", "3", "4");
  }

  @Test
  void aConnectionCanBeCutAfterSomeMessagesOrAtOnce() {
    in();
    broker.faults().endAfterPublishes(3);
    client.publish("a", "1");
    client.publish("a", "2");
    assertThat(client.tryPublish("a", "3", 1).failed()).isTrue();
    assertThat(broker.received("a")).hasSize(3);
    in();
    assertThat(broker.cut("edge", "maintenance")).isTrue();
    client.lost();
    assertThat(broker.endings(2)).containsExactly("cut on purpose after a message", "maintenance");
    assertThat(broker.isConnected("edge")).isFalse();
  }

  @Test
  void clientsCanBeRefusedWhoeverTheyAre() {
    broker.faults().refuse(3, 2);
    assertThat(connect(Bench.CLEARBLADE).error()).contains("(3)");
    assertThat(connect(Bench.CLEARBLADE).error()).contains("(3)");
    in();
  }

  @Test
  void aMessageOfQualityTwoIsTakenOnce() {
    in();
    assertThat(client.tryPublish("a", "1", 2).error()).isEmpty();
    assertThat(client.tryPublish("a", "2", 2).error()).isEmpty();
    assertThat(broker.received("a")).extracting(Received::text).containsExactly("1", "2");
  }

  @Test
  void tooManyMessagesInASecondEndTheConnection() {
    in();
    client.burst("a", 2 * Anything.PER_SECOND);
    client.lost();
    assertThat(broker.endings(1)).containsExactly("more than 50 messages in a second");
  }

  /** No platform at all. */
  private static final class Anything implements Contract {

    static final int PER_SECOND = 50;

    @Override
    public Limits limits() {
      return new Limits(2, 1_000, PER_SECOND);
    }

    @Override
    public int connect(Connect connect) {
      return ACCEPTED;
    }

    @Override
    public int published(Session session, Received message) {
      return 1;
    }

    @Override
    public List<Integer> subscribe(Session session, List<Subscription> subscriptions) {
      return subscriptions.stream().map(Subscription::qos).toList();
    }
  }
}

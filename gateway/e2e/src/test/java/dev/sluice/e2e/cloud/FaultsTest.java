package dev.sluice.e2e.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.TestPki;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every emulation can do to a client, and how it keeps sessions; on a platform without rules.
 */
class FaultsTest {

  private static final String HOST = "broker.sluice.test";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PUBACK = 0x40;

  @TempDir static Path directory;
  private static TestPki pki;
  private static String address;
  private static Emulation emulation;

  /** Takes everything. */
  private record Open() implements Platform {

    @Override
    public Limits limits() {
      return new Limits(1, 1_000, 100, 8, 10, 20);
    }

    @Override
    public Verdict connect(ConnectFields fields) {
      return Verdict.accepted();
    }

    @Override
    public void publish(Client client, Received message) {}

    @Override
    public int subscribe(Client client, String filter, int qos) {
      return qos;
    }
  }

  @BeforeAll
  static void start() {
    pki = TestPki.authority(directory);
    pki.server("server", List.of(HOST));
    address = Loopback.take();
    emulation =
        Emulation.start(
            new Open(), List.of(new Door("mqtt", address, 0, pki, "server", List.of())));
  }

  @AfterAll
  static void stop() {
    emulation.close();
  }

  private static WireClient open() {
    return WireClient.open(HOST, address, emulation.port("mqtt"), pki, "");
  }

  private static WireClient connected(String id) {
    WireClient client = open();
    assertThat(client.connect(id, null, null)).isZero();
    return client;
  }

  @Test
  void anAcknowledgementCanBeDelayedAndLost() {
    try (WireClient client = connected("acks")) {
      emulation.faults().delayAcks(Duration.ofMillis(300));
      long start = System.nanoTime();
      client.publish("a", "1", 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
      assertThat(System.nanoTime() - start).isGreaterThan(300_000_000);
      emulation.faults().delayAcks(Duration.ZERO);
      emulation.faults().loseAcks(1);
      client.publish("a", "2", 1);
      int last = client.publish("a", "3", 1);
      assertThat(client.next().body()[1]).isEqualTo((byte) last);
    }
    emulation.received().await(LIMIT, message -> message.text().equals("2"));
  }

  @Test
  void aConnectionCanEndAtItsNthMessage() {
    emulation.faults().endAfterPublishes(2);
    try (WireClient client = connected("nth")) {
      client.publish("a", "first", 1);
      assertThat(client.next().type()).isEqualTo(PUBACK);
      client.publish("a", "second", 1);
      assertThat(client.next().type()).isEqualTo(WireClient.CLOSED);
    } finally {
      emulation.faults().endAfterPublishes(0);
    }
    emulation.received().await(LIMIT, message -> message.text().equals("second"));
  }

  @Test
  void aConnectCanBeRefusedWithAnyCode() {
    emulation.faults().refuseNext(3);
    try (WireClient client = open()) {
      assertThat(client.connect("refused", null, null)).isEqualTo(3);
    }
    connected("refused").close();
  }

  @Test
  void aKeepAliveThatIsMissedEndsTheConnection() {
    try (WireClient client = open()) {
      assertThat(client.connect("silent", null, null, true, 1)).isZero();
      assertThat(client.isClosed()).isTrue();
    }
    emulation.endings().await(LIMIT, ending -> ending.reason().contains("at a keep-alive of 1 s"));
  }

  @Test
  void aKeptSessionGetsAgainWhatItHasNotAcknowledged() {
    try (WireClient client = open()) {
      assertThat(client.connect("kept", null, null, false, 60)).isZero();
      client.subscribe(1, "down/#");
      client.next();
      emulation.call(() -> emulation.client("kept").orElseThrow().send("down/1", new byte[1], 1));
      assertThat(client.next().isPublish()).isTrue();
    }
    emulation.endings().await(LIMIT, ending -> ending.clientId().equals("kept"));
    try (WireClient client = open()) {
      assertThat(client.connect("kept", null, null, false, 60)).isZero();
      WireClient.Packet again = client.next();
      assertThat(again.topic()).isEqualTo("down/1");
      assertThat(again.type() & 0x08).as("DUP").isNotZero();
    }
  }

  @Test
  void moreFiltersThanAllowedAreAllRefused() {
    try (WireClient client = connected("filters")) {
      client.subscribe(1, "1", "2", "3", "4", "5", "6", "7", "8", "9");
      byte no = (byte) Client.REFUSED;
      assertThat(client.next().body()).endsWith(no, no, no, no, no, no, no, no, no);
    }
  }

  @Test
  void theServerNameAndTheConnectAreRecorded() {
    try (WireClient client = open()) {
      assertThat(client.connect("fields", "user", "secret", false, 42)).isZero();
    }
    ConnectFields fields =
        emulation.connects().await(LIMIT, connect -> connect.clientId().equals("fields"));
    assertThat(fields.serverName()).isEqualTo(HOST);
    assertThat(fields.username()).isEqualTo("user");
    assertThat(fields.password()).isEqualTo("secret");
    assertThat(fields.keepAliveSeconds()).isEqualTo(42);
    assertThat(fields.toString()).doesNotContain("secret");
  }
}

package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.outbox.dead.LetterBox;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that no broker takes: kept, announced, out of the way, and sent again when asked. */
class DeadLetterTest {

  private static final String TOPIC = "readings";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private final FakeOutbox outbox = new FakeOutbox();
  private final AtomicBoolean refusing = new AtomicBoolean(true);
  private final CompletableFuture<Long> firstRefusal = new CompletableFuture<>();
  private Vertx vertx;
  private ScriptedBroker broker;
  private DeadLetters letters;
  private UplinkVerticle uplink;
  private String deployment = "";
  private Duration ackTimeout = Duration.ofSeconds(5);

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    letters = new DeadLetters(vertx, directory, 1 << 20, Keys.NONE);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void start(int maxMessageBytes, SetAside.Appender appender) throws Exception {
    var options =
        new UplinkOptions(
            "cloud",
            "plant-7",
            new MqttOptions(TOPIC, Form.JSON, Compression.NONE, "status"),
            new LinkOptions(
                URI.create("tcp://127.0.0.1:" + broker.port()),
                "client",
                null,
                null,
                null,
                null,
                8,
                1 << 20,
                maxMessageBytes,
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                ackTimeout,
                Duration.ofMillis(1),
                Duration.ofMillis(20),
                Duration.ofSeconds(20)),
            5,
            FlowOptions.DEFAULTS);
    uplink =
        new UplinkVerticle(
            options,
            outbox,
            () -> "S1",
            appender,
            letters,
            BareSite.bare(),
            new Monotonic(),
            Seed.random());
    deployment =
        vertx
            .deployVerticle(uplink)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  /** It looks for letters at once then, and not only after five seconds. */
  private void restart() throws Exception {
    restart(4096);
  }

  private void restart(int maxMessageBytes) throws Exception {
    vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    start(maxMessageBytes, outbox::append);
  }

  /** Closes over the message with this seq as long as it refuses. */
  private AtomicInteger refuse(long seq) {
    var refusals = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          boolean guilty = message.payload().toString().contains("\"seq\":" + seq + ",");
          if (guilty && refusing.get()) {
            if (refusals.incrementAndGet() == 1) {
              firstRefusal.complete(System.nanoTime());
            }
            endpoint.close();
          } else if (endpoint.isConnected()) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    return refusals;
  }

  private List<Long> acked(int count) throws Exception {
    var acked = new ArrayList<Long>();
    while (acked.size() < count) {
      Long seq = outbox.acked.poll(20, TimeUnit.SECONDS);
      assertThat(seq).as("after %s, %s", acked, uplink.stats()).isNotNull();
      acked.add(seq);
    }
    return acked;
  }

  private List<LetterBox.Found> box() throws Exception {
    return new LetterBox(directory, Keys.NONE).list();
  }

  private void until(long seconds, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("%s %s", uplink.stats(), letters.stats()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20); // files and counters tell no one that they changed
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private List<JsonNode> received(long seq) throws Exception {
    var found = new ArrayList<JsonNode>();
    for (ScriptedBroker.Received one : broker.received) {
      JsonNode message = JSON.readTree(one.payload().getBytes());
      if (message.path("seq").asLong() == seq) {
        found.add(message);
      }
    }
    return found;
  }

  /** D13: five refusals, then the others within 5 s; kept before it is acknowledged. */
  @Test
  void aPoisonRecordIsKeptBeforeItIsAnnouncedAndHoldsUpNobody() throws Exception {
    AtomicInteger refusals = refuse(3);
    outbox.fill(6);
    var keptFirst = new AtomicBoolean();
    start(
        4096,
        (kind, payload, readings) -> {
          try {
            keptFirst.set(box().size() == 1);
          } catch (Exception e) {
            return Future.failedFuture(e);
          }
          return outbox.append(kind, payload, readings);
        });
    assertThat(acked(7)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    long refused = firstRefusal.get(20, TimeUnit.SECONDS);
    assertThat(Duration.ofNanos(System.nanoTime() - refused)).isLessThan(Duration.ofSeconds(5));
    // More when the first close is blamed on the one that was sent before.
    assertThat(refusals.get()).isBetween(5, 10);
    assertThat(keptFirst).isTrue();
    assertThat(box()).hasSize(1);
    var letter = box().get(0).letter();
    assertThat(letter.uplink()).isEqualTo("cloud");
    assertThat(letter.stream()).isEqualTo("S1");
    assertThat(letter.seq()).isEqualTo(3);
    assertThat(letter.readings()).isEqualTo(1);
    assertThat(letter.payload()).isEqualTo(DataRecords.counter(1_003, 3));
    assertThat(letter.reason()).contains("closes");
    assertThat(received(7).get(0).at("/gap/reason").asText()).isEqualTo("refused");
  }

  @Test
  void aLetterThatIsAskedForIsSentWithItsOwnSeqWhileOthersGoOn() throws Exception {
    refuse(3);
    outbox.fill(6);
    start(4096, outbox::append);
    acked(7);
    refusing.set(false);
    new LetterBox(directory, Keys.NONE).ask(number -> true);
    outbox.fill(100);
    acked(100);
    until(15, () -> letters.stats().resent() == 1);
    assertThat(box()).isEmpty();
    List<JsonNode> sent = received(3);
    JsonNode last = sent.get(sent.size() - 1);
    assertThat(last.path("stream").asText()).isEqualTo("S1");
    assertThat(last.path("lane").asText()).isEqualTo("history");
    assertThat(last.at("/devices/meter/0/v/count").asInt()).isEqualTo(3);
    outbox.fill(1);
    acked(1);
  }

  @Test
  void aLetterThatIsRefusedAgainIsADeadOneAgainAndBlamesNobodyElse() throws Exception {
    AtomicInteger refusals = refuse(3);
    outbox.fill(6);
    start(4096, outbox::append);
    acked(7);
    new LetterBox(directory, Keys.NONE).ask(number -> true);
    restart();
    until(15, () -> letters.stats().refused() == 1);
    assertThat(refusals.get()).as("five, and five again").isBetween(10, 20);
    assertThat(box()).hasSize(1).noneMatch(LetterBox.Found::asked);
    outbox.fill(20);
    acked(20);
    assertThat(uplink.stats().refused()).as("set aside by this one").isZero();
  }

  /** Of a record with a text that fits no message everything else is sent; the whole is kept. */
  @Test
  void aValueThatFitsNoMessageIsKeptWithItsRecord() throws Exception {
    byte[] huge =
        new DataRecords()
            .column("n", ValueType.INT16)
            .column("text", ValueType.STRING)
            .row("d", 1_000, 1L, "x".repeat(10_000))
            .payload();
    outbox.append(RecordKind.DATA, huge, 2);
    outbox.fill(1);
    start(4096, outbox::append);
    assertThat(acked(2)).containsExactlyInAnyOrder(1L, 2L);
    assertThat(received(1).get(0).at("/devices/d/0/v/n").asInt()).isEqualTo(1);
    assertThat(received(1).get(0).at("/devices/d/1/q/text").asText()).isEqualTo("bad_value");
    assertThat(box()).hasSize(1);
    assertThat(box().get(0).letter().payload()).isEqualTo(huge);
    assertThat(uplink.stats().losses()).isEqualTo(1);
    assertThat(uplink.stats().refused()).isZero();
    new LetterBox(directory, Keys.NONE).ask(number -> true);
    restart();
    until(15, () -> letters.stats().refused() + letters.stats().resent() == 1);
    assertThat(box()).as("the only whole copy").hasSize(1).noneMatch(LetterBox.Found::asked);

    new LetterBox(directory, Keys.NONE).ask(number -> true);
    restart(64 << 10);
    until(15, () -> letters.stats().resent() == 1);
    assertThat(box()).isEmpty();
    List<JsonNode> sent = received(1);
    assertThat(sent.get(sent.size() - 1).at("/devices/d/0/v/text").asText()).hasSize(10_000);
  }

  /** A broker that neither takes it nor closes: the others get their turn all the same. */
  @Test
  void aLetterThatIsNeverAcknowledgedIsADeadOneAgain() throws Exception {
    refuse(3);
    outbox.fill(6);
    ackTimeout = Duration.ofMillis(300);
    start(4096, outbox::append);
    acked(7);
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (!message.payload().toString().contains("\"seq\":3,")) {
            endpoint.publishAcknowledge(message.messageId());
          }
        };
    new LetterBox(directory, Keys.NONE).ask(number -> true);
    restart();
    until(15, () -> letters.stats().refused() == 1);
    assertThat(box()).hasSize(1).noneMatch(LetterBox.Found::asked);
    outbox.fill(20);
    acked(20);
  }

  @Test
  void whatIsNoRecordIsKeptToo() throws Exception {
    byte[] garbage = {1, 2, 3};
    outbox.append(RecordKind.DATA, garbage, 9);
    outbox.fill(1);
    start(4096, outbox::append);
    assertThat(acked(3)).contains(1L, 2L);
    assertThat(box().get(0).letter().payload()).isEqualTo(garbage);
    new LetterBox(directory, Keys.NONE).ask(number -> true);
    restart();
    until(15, () -> letters.stats().refused() == 1);
    assertThat(box()).hasSize(1).noneMatch(LetterBox.Found::asked);
  }

  /** The disk does not keep letters: records are announced and out of the way all the same. */
  @Test
  void aDiskThatKeepsNoLetterHoldsUpNobody() throws Exception {
    Files.writeString(directory.resolve("dead"), "a file where the directory should be");
    refuse(3);
    outbox.fill(6);
    start(4096, outbox::append);
    assertThat(acked(7)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(letters.stats().lost()).isEqualTo(1);
  }
}

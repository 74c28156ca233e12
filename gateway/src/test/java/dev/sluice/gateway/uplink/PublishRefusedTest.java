package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Brokers that close over a record, or over all that goes to a topic: who is set aside, and who
 * waits.
 */
class PublishRefusedTest extends ClosingRig {

  @Test
  void aPoisonRecordInABacklogIsThatAndNothingElse() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (is(message, 300)) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(600);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(601); // with the gap
    assertThat(dead()).containsExactly("dead 300: the broker closes the connection over it");
    assertThat(rig.stats().failures()).containsOnly(Map.entry("closed", 5L));
    assertThat(rig.counters.pace).isZero();
  }

  /** Two that lie beside each other are no topic that is forbidden: the third is taken. */
  @Test
  void twoPoisonRecordsInARowAreBothSetAside() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("two poison records in a row: only with -Dsluice.long=true");
      return;
    }
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (is(message, 3) || is(message, 4)) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(8);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(10); // with the gaps
    assertThat(dead())
        .containsExactly(
            "dead 3: the broker closes the connection over it",
            "dead 4: the broker closes the connection over it");
    assertThat(rig.stats().failures()).containsOnlyKeys("closed", "publish_refused");
  }

  /** As a policy of AWS does it. When it is right again, everything arrives, in its order. */
  @Test
  void aTopicThatIsForbiddenHoldsEverythingAndCostsNoRecord() throws Exception {
    var allowed = new AtomicInteger();
    var arrived = new CopyOnWriteArrayList<String>();
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (allowed.get() == 0) {
            endpoint.close();
          } else {
            arrived.add(message.payload().toString());
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(20);
    rig.open(LinkRig.link(broker.port(), ACK, Duration.ofMillis(300)), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(15), () -> rig.counters.reason.equals("publish_refused"));
    assertThat(broker.connections.get()).isEqualTo(5);
    assertThat(rig.counters.detail).contains("nothing is set aside", "publish to t?");
    await(Duration.ofSeconds(15), () -> broker.connections.get() == 7);
    assertThat(dead()).isEmpty();
    assertThat(rig.outbox.acked).isEmpty();
    allowed.set(1);
    allArrive(20);
    assertThat(new HashSet<>(arrived)).hasSize(20);
    // The suspect and at most one witness go first.
    assertThat(arrived.subList(arrived.indexOf("1"), arrived.size()))
        .extracting(Integer::valueOf)
        .isSorted();
    assertThat(rig.stats().refused()).isZero();
  }

  /** Of a plant that says nothing any more, for example: nobody else will ever be the proof. */
  @Test
  void withNothingBesideItASuspectIsTriedAllTheSame() throws Exception {
    var allowed = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (allowed.get() == 0) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(1);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(15), () -> rig.counters.reason.equals("publish_refused"));
    assertThat(dead()).isEmpty();
    allowed.set(1);
    allArrive(1);
  }

  @Test
  void whereNothingIsTakenThereIsATruce() throws Exception {
    broker.onPublish = (connection, endpoint, message) -> endpoint.close();
    rig.outbox.fill(2);
    rig.open(LinkRig.link(broker.port(), ACK, MINUTE), FlowOptions.DEFAULTS);
    await(Duration.ofSeconds(10), () -> rig.counters.reason.equals("publish_refused"));
    assertThat(broker.connections).hasValue(5);
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(broker.connections).as("half a minute").hasValue(5);
    assertThat(rig.counters.state).isEqualTo(UplinkStats.State.WAITING);
  }

  @Test
  void aTopicOfSomeThatIsForbiddenHoldsThoseAndTheOthersArrive() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("a topic of some records forbidden: only with -Dsluice.long=true");
      return;
    }
    var allowed = new AtomicInteger();
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (allowed.get() == 0 && message.topicName().equals("odd")) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.words =
        record ->
            List.of(
                new Publication(
                    record.seq() % 2 == 0 ? "even" : "odd",
                    Buffer.buffer("" + record.seq()),
                    false));
    rig.outbox.fill(10);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(5);
    await(Duration.ofSeconds(30), () -> rig.stats().failures().get("publish_refused") > 9);
    assertThat(rig.counters.detail).contains("publish to odd?");
    assertThat(dead()).isEmpty();
    allowed.set(1);
    rig.outbox.fill(2);
    allArrive(7);
    assertThat(dead()).isEmpty();
    assertThat(rig.outbox.low()).isEqualTo(13);
  }

  /** Of a device that sends seldom, for example: it holds up nobody. */
  @Test
  void aPoisonRecordWithATopicOfItsOwnIsSetAsideAfterManyOthers() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("a poison record with its own topic: only with -Dsluice.long=true");
      return;
    }
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (is(message, 3)) {
            endpoint.close();
          } else {
            ack(endpoint, message);
          }
        };
    rig.words =
        record ->
            List.of(
                new Publication(
                    record.seq() == 3 ? "own" : "t", Buffer.buffer("" + record.seq()), false));
    rig.outbox.fill(66);
    rig.open(LinkRig.link(broker.port(), ACK, SHORT), FlowOptions.DEFAULTS);
    allArrive(65);
    assertThat(dead()).isEmpty();
    rig.outbox.fill(1);
    await(Duration.ofSeconds(10), () -> !dead().isEmpty());
    allArrive(3); // its gap, too
    assertThat(dead()).containsExactly("dead 3: the broker closes the connection over it");
  }

  @Test
  void aRecordThatAloneIsNeverAcknowledgedIsSetAside() throws Exception {
    broker.onPublish =
        (connection, endpoint, message) -> {
          if (!is(message, 5)) {
            ack(endpoint, message);
          }
        };
    rig.outbox.fill(40);
    rig.open(LinkRig.link(broker.port(), Duration.ofMillis(200), SHORT), FlowOptions.DEFAULTS);
    // Something to do in each connection but the last, in which it travels alone.
    long timer = vertx.setPeriodic(50, ignored -> rig.outbox.fill(1));
    await(Duration.ofSeconds(15), () -> !dead().isEmpty());
    vertx.cancelTimer(timer);
    assertThat(dead()).containsExactly("dead 5: the broker never acknowledges it, but others");
    await(Duration.ofSeconds(10), () -> rig.outbox.low() == rig.outbox.next());
    assertThat(rig.stats().failures()).containsOnly(Map.entry("ack_timeout", 5L));
  }
}

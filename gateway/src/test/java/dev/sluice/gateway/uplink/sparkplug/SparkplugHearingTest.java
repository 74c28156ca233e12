package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.WriteOutcome;
import dev.sluice.gateway.command.WriteRequest;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;

/** What comes of what is heard: commands, rebirths, and the state of the primary host. */
class SparkplugHearingTest extends ConversationRig {

  private static final String STATE = "spBv1.0/STATE/scada";

  private static FakeSession hosted(int servers) {
    return new FakeSession(
        true,
        new CurrentValues(),
        Commands.NONE,
        "scada",
        FakeSession.MAX,
        new HostState(),
        servers);
  }

  private static Verdict verdict(FakeSession session, String metric, int value, long time) {
    var command = Payload.newBuilder().setTimestamp(time);
    command.addMetricsBuilder().setName(metric).setIntValue(value);
    return session.receive("spBv1.0/plant/DCMD/edge-1/meter", command.build().toByteArray(), false);
  }

  @Test
  void aRebirthHoldsDataAndKeepsTheNumberAndTheLastRequestIsNeverDropped() {
    FakeSession session = meter(true);
    opened(session);
    rebirth(session);
    assertThat(session.ready).isFalse();
    session.runTurns();
    assertThat(session.ready).isTrue();
    assertThat(session.host.births()).isEqualTo(2);
    rebirth(session);
    rebirth(session);
    session.runTurns();
    assertThat(session.host.births()).as("within the pause").isEqualTo(2);
    session.passPauses();
    session.runTurns();
    assertThat(session.host.births()).isEqualTo(3);
    session.passPauses();
    session.runTurns();
    assertThat(session.host.births()).isEqualTo(3);
    assertThat(session.host.bdSeq()).isEqualTo(7);
    assertThat(session.host.violations()).isEmpty();
  }

  @Test
  void nothingIsSaidUntilThePrimaryHostIsOnlineAndItEndsWhenItGoes() {
    String topic = STATE;
    var session = new FakeSession(true, new CurrentValues(), Commands.NONE, "scada");
    assertThat(session.conversation.subscriptions()).contains(topic);
    session.receive(topic, state(false, 900), true);
    session.open().runTurns();
    assertThat(session.wire).isEmpty();
    assertThat(session.held).isEqualTo("primary host scada is offline");
    session.receive("spBv1.0/STATE/another", state(true, 2_000), true);
    session.receive(topic, "online".getBytes(StandardCharsets.UTF_8), true);
    session.receive(topic, state(true, 800), true);
    assertThat(session.wire).isEmpty();
    session.receive(topic, state(true, 1_000), true);
    session.runTurns();
    assertThat(session.ready).isTrue();
    session.receive(topic, state(false, 999), false);
    assertThat(session.end).as("an older state").isNull();
    session.receive(topic, state(false, 1_000), false);
    assertThat(session.end.failure()).isEqualTo(LinkFailure.HOST_OFFLINE);
    assertThat(session.host.events()).containsExactly("NBIRTH 7", "NDEATH 7");
    assertThat(session.host.violations()).isEmpty();
  }

  @Test
  void aServerWhereTheHostIsOfflineIsLeftWhenThereAreOthers() {
    FakeSession session = hosted(2);
    session.receive(STATE, state(false, 900), true);
    session.open().runTurns();
    assertThat(session.end.failure()).isEqualTo(LinkFailure.HOST_OFFLINE);
    assertThat(session.wire).as("who was not born does not die").isEmpty();

    FakeSession born = hosted(2);
    born.open();
    born.receive(STATE, state(true, 900), true);
    born.runTurns();
    born.receive(STATE, state(false, 900), false);
    born.receive(STATE, state(true, 901), false);
    born.runTurns();
    assertThat(born.end.failure()).isEqualTo(LinkFailure.HOST_OFFLINE);
    assertThat(born.host.events()).containsExactly("NBIRTH 7", "NDEATH 7");
  }

  @Test
  void aServerThatSaysNothingOfTheHostIsLeftAfterAWhileWhenThereAreOthers() {
    FakeSession alone = hosted(1);
    alone.open().passPauses();
    assertThat(alone.end).isNull();

    FakeSession silent = hosted(2);
    silent.open();
    assertThat(silent.held).isEqualTo("primary host scada is offline");
    assertThat(silent.end).isNull();
    silent.passPauses();
    assertThat(silent.end.failure()).isEqualTo(LinkFailure.HOST_OFFLINE);
    assertThat(silent.wire).isEmpty();

    FakeSession late = hosted(2);
    late.open();
    late.receive(STATE, state(true, 900), false);
    late.passPauses();
    late.runTurns();
    assertThat(late.end).isNull();
    assertThat(late.host.events()).containsExactly("NBIRTH 7");
  }

  @Test
  void whatCameBeforeTheConnectionStoodCountsInTheOrderOfItsTimes() {
    FakeSession session = hosted(2);
    session.receive(STATE, state(true, 1_000), true);
    session.receive(STATE, state(false, 900), false);
    session.open().runTurns();
    assertThat(session.end).isNull();
    assertThat(session.host.events()).containsExactly("NBIRTH 7");
  }

  @Test
  void commandsByNameOrAliasBecomeWritesAndTheRestIsCounted() {
    var asked = new ArrayList<WriteRequest>();
    var current = new CurrentValues();
    List<Column> columns =
        List.of(
            Column.of("small", "", ValueType.INT16, 0),
            Column.of("big", "", ValueType.UINT64, 0),
            Column.of("on", "", ValueType.BOOL, 0),
            Column.of("set", "", ValueType.DECIMAL, 1),
            Column.of("name", "", ValueType.STRING, 0));
    FakeSession.up(current, "meter", columns, 1_000);
    Commands commands =
        request -> {
          asked.add(request);
          return Future.succeededFuture(new WriteOutcome(WriteOutcome.Result.DONE, ""));
        };
    var session = new FakeSession(true, current, commands, "");
    opened(session);
    String topic = "spBv1.0/plant/DCMD/edge-1/meter";
    var command = Payload.newBuilder().setTimestamp(session.now);
    command.addMetricsBuilder().setName("small").setIntValue(-5);
    command.addMetricsBuilder().setName("small").setIntValue(0xfffb);
    command.addMetricsBuilder().setName("big").setLongValue(-1);
    command.addMetricsBuilder().setAlias(7).setBooleanValue(true);
    command.addMetricsBuilder().setName("set").setDoubleValue(230.1);
    command.addMetricsBuilder().setName("name").setStringValue("x");
    command.addMetricsBuilder().setName("name").setIntValue(1);
    command.addMetricsBuilder().setName("none").setIntValue(1);
    command.addMetricsBuilder().setName("on").setTimestamp(1).setBooleanValue(true);
    assertThat(session.receive(topic, command.build().toByteArray(), false))
        .as("not all of it")
        .isEqualTo(Verdict.MALFORMED);
    assertThat(asked)
        .extracting(WriteRequest::point, WriteRequest::value)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("small", BigDecimal.valueOf(-5)),
            org.assertj.core.api.Assertions.tuple("small", BigDecimal.valueOf(-5)),
            org.assertj.core.api.Assertions.tuple("big", new BigDecimal("18446744073709551615")),
            org.assertj.core.api.Assertions.tuple("on", true),
            org.assertj.core.api.Assertions.tuple("set", new BigDecimal("230.1")),
            org.assertj.core.api.Assertions.tuple("name", "x"));
    assertThat(asked.get(0).expiresMillis()).isEqualTo(session.now + 300_000);
    assertThat(asked.get(0).device()).isEqualTo("meter");
    assertThat(session.receive(topic, new byte[] {1, 2, 3, (byte) 0xff}, false))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(session.receive(topic, new byte[70_000], false)).isEqualTo(Verdict.MALFORMED);
    session.receive(topic, command.build().toByteArray(), true);
    session.receive("spBv1.0/plant/DCMD/edge-1/nobody", command.build().toByteArray(), false);
    assertThat(session.rejections.count(Rejections.Reason.WRONG_TYPE)).isEqualTo(1);
    assertThat(session.rejections.count(Rejections.Reason.STALE)).isEqualTo(2);
    assertThat(session.rejections.count(Rejections.Reason.MALFORMED)).isEqualTo(1);
    assertThat(session.rejections.count(Rejections.Reason.OVERSIZE)).isEqualTo(1);
    assertThat(session.rejections.count(Rejections.Reason.RETAINED)).isEqualTo(1);
    assertThat(session.rejections.count(Rejections.Reason.UNKNOWN)).isEqualTo(9);
    assertThat(asked).hasSize(6);
  }

  /** What the counter of the uplink says of each kind of command. */
  @Test
  void whatIsNotUnderstoodIsMalformedAndWhatIsUnderstoodIsTaken() {
    var current = new CurrentValues();
    FakeSession.up(current, "meter", COUNT, 1_000);
    var session = new FakeSession(true, current, Commands.NONE, "");
    opened(session);
    long now = session.now;
    assertThat(verdict(session, "count", 5, now)).as("refused elsewhere").isEqualTo(Verdict.TAKEN);
    assertThat(session.rejections.count(Rejections.Reason.REFUSED)).isEqualTo(1);
    assertThat(verdict(session, "count", 5, now - 300_001)).as("old").isEqualTo(Verdict.MALFORMED);
    assertThat(verdict(session, "none", 5, now)).as("unknown").isEqualTo(Verdict.MALFORMED);
    String node = "spBv1.0/plant/NCMD/edge-1";
    assertThat(session.receive(node, rebirthCommand(), false)).isEqualTo(Verdict.TAKEN);
    var other = Payload.newBuilder();
    other.addMetricsBuilder().setName("Node Control/Reboot").setBooleanValue(true);
    assertThat(session.receive(node, other.build().toByteArray(), false))
        .isEqualTo(Verdict.MALFORMED);
  }
}

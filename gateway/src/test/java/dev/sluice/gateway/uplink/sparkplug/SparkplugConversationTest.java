package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.WriteOutcome;
import dev.sluice.gateway.command.WriteRequest;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;

/** What is said in a session, in which order, and what comes of what is heard. */
class SparkplugConversationTest {

  private static final List<Column> COUNT = FakeSession.columns("count");

  private static final String STATE = "spBv1.0/STATE/scada";

  private static byte[] counter(String device, long time, long value) {
    return new DataRecords().column("count", ValueType.UINT32).row(device, time, value).payload();
  }

  private static FakeSession meter(boolean aliases) {
    var current = new CurrentValues();
    FakeSession.up(current, "meter", COUNT, 1_000);
    FakeSession.value(current, "meter", COUNT, 1_000, 4_000_000_000L);
    return new FakeSession(aliases, current, Commands.NONE, "");
  }

  private static void opened(FakeSession session) {
    session.open().runTurns();
    assertThat(session.ready).isTrue();
  }

  @Test
  void birthsComeFirstThenDataInOneCountThatWraps() {
    FakeSession session = meter(true);
    opened(session);
    for (int i = 0; i < 600; i++) {
      session.send(RecordKind.DATA, counter("meter", 2_000 + i, i), Lane.LIVE);
    }
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.events()).hasSize(602).startsWith("NBIRTH 7", "DBIRTH meter");
    assertThat(session.host.readings()).hasSize(600).noneMatch(StrictHost.Reading::historical);
  }

  @Test
  void theWillIsADeathOfThisConnectionAndTheFarewellTheSame() throws Exception {
    FakeSession session = meter(true);
    Publication will = session.conversation.will();
    assertThat(will.topic()).isEqualTo("spBv1.0/plant/NDEATH/edge-1");
    assertThat(will.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    assertThat(will.retained()).isFalse();
    Payload payload = Payload.parseFrom(will.payload().getBytes());
    assertThat(payload.hasSeq()).isFalse();
    assertThat(payload.getMetrics(0).getLongValue()).isEqualTo(7);
    assertThat(session.conversation.farewell(1)).as("nobody was born").isEmpty();

    session = meter(true);
    opened(session);
    assertThat(session.conversation.farewell(1)).containsExactly(will);
  }

  @Test
  void historyIsToldAsHistoryWithItsOwnTime() {
    FakeSession session = meter(false);
    opened(session);
    session.send(RecordKind.DATA, counter("meter", 500, 1), Lane.HISTORY);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings())
        .containsExactly(new StrictHost.Reading("meter", "count", 500, 1L, true, 192));
  }

  @Test
  void whatABirthToldAlreadyIsNoNews() {
    FakeSession session = meter(true);
    opened(session);
    session.send(RecordKind.DATA, counter("meter", 1_000, 4_000_000_000L), Lane.LIVE);
    session.send(RecordKind.DATA, counter("meter", 1_001, 5), Lane.LIVE);
    assertThat(session.host.readings())
        .extracting(StrictHost.Reading::historical)
        .containsExactly(true, false);
  }

  @Test
  void whatWaitedWhileABirthToldNewerIsNoNews() {
    FakeSession session = meter(true);
    opened(session);
    List<Publication> waiting =
        session.render(RecordKind.DATA, counter("meter", 2_000, 1), Lane.LIVE);
    FakeSession.value(session.current, "meter", COUNT, 2_500, 2);
    rebirth(session);
    session.runTurns();
    waiting.forEach(session::write);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings()).singleElement().matches(StrictHost.Reading::historical);
  }

  @Test
  void manyNewPointsAreOneBirth() {
    FakeSession session = meter(true);
    opened(session);
    var record = new DataRecords();
    Object[] values = new Object[50];
    for (int i = 0; i < 50; i++) {
      record.column("new-" + i, ValueType.FLOAT64);
      values[i] = i * 0.5;
    }
    session.send(RecordKind.DATA, record.row("meter", 3_000, values).payload(), Lane.LIVE);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.events())
        .containsExactly("NBIRTH 7", "DBIRTH meter", "DBIRTH meter", "DDATA meter");
  }

  @Test
  void aPointThatChangedItsTypeIsBornAgain() {
    FakeSession session = meter(true);
    opened(session);
    byte[] text =
        new DataRecords().column("count", ValueType.STRING).row("meter", 3_000, "many").payload();
    session.send(RecordKind.DATA, text, Lane.LIVE);
    session.send(RecordKind.DATA, counter("meter", 3_001, 9), Lane.HISTORY);
    byte[] both =
        new DataRecords()
            .column("count", ValueType.STRING)
            .column("count", ValueType.UINT32)
            .row("meter", 4_000, "a", 1L)
            .payload();
    session.send(RecordKind.DATA, both, Lane.LIVE);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings())
        .extracting(StrictHost.Reading::value)
        .containsExactly("many", 9L, "a", 1L);
  }

  @Test
  void aDeviceThatIsDownIsBornForItsHistoryAndDiesAfterIt() {
    FakeSession session = FakeSession.plain();
    opened(session);
    session.send(RecordKind.DATA, counter("old", 500, 1), Lane.HISTORY);
    assertThat(session.host.born()).containsExactly("old");
    session.conversation.historyDone();
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.events())
        .containsExactly("NBIRTH 7", "DBIRTH old", "DDATA old", "DDEATH old");

    session.send(RecordKind.DATA, counter("old", 501, 1), Lane.HISTORY);
    session.passPauses();
    assertThat(session.host.born()).as("a letter that was sent again").isEmpty();
    assertThat(session.host.violations()).isEmpty();
  }

  @Test
  void devicesDieAndComeBack() {
    FakeSession session = meter(true);
    opened(session);
    session.current.state("meter", COUNT, false, "timeout", Moment.trusted(2_000));
    session.state("meter", false, Lane.LIVE);
    session.state("meter", false, Lane.LIVE);
    assertThat(session.host.born()).isEmpty();
    session.state("meter", true, Lane.HISTORY);
    FakeSession.up(session.current, "meter", COUNT, 3_000);
    session.state("meter", true, Lane.LIVE);
    session.send(RecordKind.DATA, counter("meter", 4_000, 4), Lane.LIVE);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.events())
        .containsExactly("NBIRTH 7", "DBIRTH meter", "DDEATH meter", "DBIRTH meter", "DDATA meter");
  }

  @Test
  void gapsAreMetricsOfTheNode() {
    FakeSession session = FakeSession.plain();
    opened(session);
    session.send(RecordKind.GAP, new GapRecord(5, 9, 420, "bytes").encode(), Lane.HISTORY);
    rebirth(session);
    session.runTurns();
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings())
        .extracting(StrictHost.Reading::value)
        .containsExactly(5L, 9L, 420L, "bytes");
  }

  @Test
  void qualityIsToldAndNoNumberIsNoValue() {
    FakeSession session = meter(true);
    opened(session);
    byte[] payload =
        new DataRecords()
            .column("x", ValueType.FLOAT64)
            .row("meter", 3_000, Double.NaN)
            .row("meter", 3_001, Quality.TIMEOUT)
            .row("meter", 3_002, new DataRecords.Cell(1.5, Quality.OUT_OF_RANGE))
            .payload();
    session.send(RecordKind.DATA, payload, Lane.LIVE);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings())
        .extracting(StrictHost.Reading::value, StrictHost.Reading::quality)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(null, 0),
            org.assertj.core.api.Assertions.tuple(null, 500),
            org.assertj.core.api.Assertions.tuple(1.5, 0));
  }

  @Test
  void messagesKeepTheLimitAndAValueThatFitsNoneIsALoss() throws Exception {
    var session =
        new FakeSession(true, new CurrentValues(), Commands.NONE, "", 4 << 10, new HostState(), 1);
    opened(session);
    var record = new DataRecords().column("text", ValueType.STRING);
    for (int i = 0; i < 40; i++) {
      record.row("meter", 3_000 + i, "x".repeat(i == 7 ? 5_000 : 300));
    }
    var rendered =
        session.conversation.render(
            new dev.sluice.gateway.outbox.OutboxRecord(1, RecordKind.DATA, 40, record.payload()),
            Lane.LIVE,
            1);
    assertThat(rendered.losses()).isEqualTo(1);
    rendered.messages().forEach(session::write);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings()).hasSize(40);
    assertThat(session.wire).allMatch(message -> message.size() <= 4 << 10);
  }

  @Test
  void aBirthThatIsTooLargeIsNotSentAndItsValuesAreLosses() throws Exception {
    var current = new CurrentValues();
    var names = new String[300];
    for (int i = 0; i < names.length; i++) {
      names[i] = "a-rather-long-name-of-a-point-" + i;
    }
    FakeSession.up(current, "big", FakeSession.columns(names), 1_000);
    var session = new FakeSession(true, current, Commands.NONE, "", 4 << 10, new HostState(), 1);
    opened(session);
    var rendered =
        session.conversation.render(
            new dev.sluice.gateway.outbox.OutboxRecord(1, RecordKind.DATA, 1, counter("big", 1, 1)),
            Lane.LIVE,
            1);
    assertThat(rendered.losses()).isEqualTo(1);
    assertThat(session.host.events()).containsExactly("NBIRTH 7");
  }

  private static void rebirth(FakeSession session) {
    session.receive("spBv1.0/plant/NCMD/edge-1", rebirthCommand(), false);
  }

  static byte[] rebirthCommand() {
    return Payload.newBuilder()
        .addMetrics(
            Payload.Metric.newBuilder().setName("Node Control/Rebirth").setBooleanValue(true))
        .build()
        .toByteArray();
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

  private static byte[] state(boolean online, long timestamp) {
    return ("{\"online\":" + online + ",\"timestamp\":" + timestamp + "}")
        .getBytes(StandardCharsets.UTF_8);
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

  private static Verdict verdict(FakeSession session, String metric, int value, long time) {
    var command = Payload.newBuilder().setTimestamp(time);
    command.addMetricsBuilder().setName(metric).setIntValue(value);
    return session.receive("spBv1.0/plant/DCMD/edge-1/meter", command.build().toByteArray(), false);
  }

  /** One that was ahead when a value was read, and was set back since. */
  @Test
  void aBirthWithATimeOfAClockThatWasAheadMakesNoHistoryOfNews() {
    var current = new CurrentValues();
    FakeSession.up(current, "meter", COUNT, 1_000);
    var session = new FakeSession(true, current, Commands.NONE, "");
    FakeSession.value(current, "meter", COUNT, session.now + 3_600_000, 1);
    opened(session);
    session.now += 1_000;
    session.send(RecordKind.DATA, counter("meter", session.now, 2), Lane.LIVE);
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.readings())
        .singleElement()
        .matches(reading -> !reading.historical(), "news");
  }
}

package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;

/** What is said in a session, and in which order. */
class SparkplugConversationTest extends ConversationRig {

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

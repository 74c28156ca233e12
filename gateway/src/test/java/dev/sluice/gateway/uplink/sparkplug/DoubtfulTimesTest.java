package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;

/** Births of what was read before the clock was set, and of what is not there any more. */
class DoubtfulTimesTest {

  private static final List<Column> COUNT = FakeSession.columns("count");
  private static final long READ = 5_000;

  /** A box without a battery: 1970 by its clock, five seconds after it was switched on. */
  private static FakeSession early() {
    var current = new CurrentValues();
    FakeSession.up(current, "meter", COUNT, READ);
    FakeSession.value(current, "meter", COUNT, new Moment(READ, false, "boot", READ), 9);
    return new FakeSession(true, current, Commands.NONE, "");
  }

  private static Payload.Metric born(FakeSession session) throws Exception {
    Publication birth =
        session.wire.stream()
            .filter(message -> message.topic().contains("/DBIRTH/"))
            .reduce((former, latter) -> latter)
            .orElseThrow();
    return Payload.parseFrom(birth.payload().getBytes()).getMetrics(0);
  }

  @Test
  void onceTheClockWasSetABirthTellsWhenItReallyWas() throws Exception {
    FakeSession session = early();
    long start = session.now - 60_000;
    session.offsets = (boot, at) -> OptionalLong.of(boot.equals("boot") ? start : 0);
    session.open().runTurns();
    assertThat(born(session).getTimestamp()).isEqualTo(start + READ);
    assertThat(born(session).hasProperties()).isFalse();
  }

  @Test
  void untilThenItSaysThatTheTimeIsNotToBeTrusted() throws Exception {
    FakeSession session = early();
    session.open().runTurns();
    assertThat(born(session).getTimestamp()).isEqualTo(READ);
    assertThat(born(session).getProperties().getKeysList()).containsExactly("Clock");
    assertThat(born(session).getIntValue()).isEqualTo(9);
  }

  @Test
  void aDeviceThatIsNotConfiguredAnyMoreDiesAtOnce() {
    FakeSession session = early();
    session.open().runTurns();
    session.current.remove("meter");
    byte[] removed = new DeviceStateRecord("meter", session.now, true, false, "removed").encode();
    session.send(RecordKind.DEVICE_STATE, removed, Lane.LIVE);
    assertThat(session.host.born()).isEmpty();
    assertThat(session.host.violations()).isEmpty();
    assertThat(session.host.events()).containsExactly("NBIRTH 7", "DBIRTH meter", "DDEATH meter");
  }

  /** Letters that could not be sent again are made up, put back and made up once more. */
  @Test
  void whatIsMadeUpTwiceIsSentOnce() {
    FakeSession session = early();
    session.open().runTurns();
    byte[] state = new DeviceStateRecord("meter", session.now, true, false, "timeout").encode();
    List<Publication> never = session.render(RecordKind.DEVICE_STATE, state, Lane.LIVE);
    session.send(RecordKind.DEVICE_STATE, state, Lane.LIVE);
    assertThat(never).hasSize(1);
    assertThat(session.host.events()).containsExactly("NBIRTH 7", "DBIRTH meter", "DDEATH meter");
    assertThat(session.host.violations()).isEmpty();
  }
}

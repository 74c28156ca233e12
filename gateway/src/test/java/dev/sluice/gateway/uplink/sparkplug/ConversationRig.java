package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.uplink.connector.DataRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;

/** Sessions for the tests that extend this. */
abstract class ConversationRig {

  static final List<Column> COUNT = FakeSession.columns("count");

  static byte[] counter(String device, long time, long value) {
    return new DataRecords().column("count", ValueType.UINT32).row(device, time, value).payload();
  }

  static FakeSession meter(boolean aliases) {
    var current = new CurrentValues();
    FakeSession.up(current, "meter", COUNT, 1_000);
    FakeSession.value(current, "meter", COUNT, 1_000, 4_000_000_000L);
    return new FakeSession(aliases, current, Commands.NONE, "");
  }

  static void opened(FakeSession session) {
    session.open().runTurns();
    assertThat(session.ready).isTrue();
  }

  static void rebirth(FakeSession session) {
    session.receive("spBv1.0/plant/NCMD/edge-1", rebirthCommand(), false);
  }

  static byte[] rebirthCommand() {
    return Payload.newBuilder()
        .addMetrics(
            Payload.Metric.newBuilder().setName("Node Control/Rebirth").setBooleanValue(true))
        .build()
        .toByteArray();
  }

  static byte[] state(boolean online, long timestamp) {
    return ("{\"online\":" + online + ",\"timestamp\":" + timestamp + "}")
        .getBytes(StandardCharsets.UTF_8);
  }
}

package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever subscribes later still learns whether each device answers. */
class DeviceStatusTest {

  private final CurrentValues current = new CurrentValues();
  private final MqttConversation conversation =
      new MqttConnector(
              new MqttForm(
                  "g",
                  "u",
                  "t",
                  "s",
                  "{gateway}/{uplink}/{device}",
                  Form.JSON,
                  Compression.NONE,
                  false,
                  4_096),
              ClockOffsets.NONE,
              current)
          .conversation("S");

  private static OutboxRecord state(String device, boolean up, String reason) {
    byte[] payload = new DeviceStateRecord(device, 1_700, true, up, reason).encode();
    return new OutboxRecord(5, RecordKind.DEVICE_STATE, 0, payload);
  }

  private List<Publication> rendered(OutboxRecord record, Lane lane) throws Exception {
    var messages = conversation.render(record, lane, 5).messages();
    assertThat(messages.get(0).topic()).isEqualTo("t");
    return messages.subList(1, messages.size());
  }

  /** Answers when told to. */
  private static final class FakeChannel implements Channel {
    private final List<Publication> said = new ArrayList<>();
    private final List<Promise<Void>> open = new ArrayList<>();
    private boolean ready;

    @Override
    public Future<Void> publish(Publication message) {
      said.add(message);
      Promise<Void> arrived = Promise.promise();
      open.add(arrived);
      return arrived.future();
    }

    @Override
    public long nowMillis() {
      return 9;
    }

    @Override
    public void ready() {
      ready = true;
    }

    @Override
    public void hold(String why) {}

    @Override
    public void end(LinkException why) {}

    void acknowledge() {
      var all = List.copyOf(open);
      open.clear();
      all.forEach(Promise::complete);
    }
  }

  @Test
  void allThatAreKnownAreToldBeforeTheFirstRecordAndNotAllAtOnce() {
    for (int i = 0; i < 120; i++) {
      current.state(
          "m" + i, List.of(), i % 2 == 0, i % 2 == 0 ? "" : "timeout", Moment.trusted(1_000 + i));
    }
    var channel = new FakeChannel();
    conversation.open(channel);
    int most = 0;
    while (!channel.ready) {
      assertThat(channel.open).isNotEmpty();
      most = Math.max(most, channel.open.size());
      channel.acknowledge();
    }
    assertThat(most).isEqualTo(50);
    assertThat(channel.said).hasSize(121).allMatch(Publication::retained);
    assertThat(channel.said)
        .extracting(m -> m.topic() + " " + m.payload())
        .contains(
            "g/u/m0 {\"schema\":1,\"device\":\"m0\",\"status\":\"online\",\"t\":1000}",
            "g/u/m1 {\"schema\":1,\"device\":\"m1\",\"status\":\"offline\",\"reason\":\"timeout\""
                + ",\"t\":1001}");
  }

  @Test
  void changesAreToldWhenTheyAreNews() throws Exception {
    assertThat(rendered(state("a/b", false, "timeout"), Lane.LIVE))
        .singleElement()
        .satisfies(
            m -> {
              assertThat(m.retained()).isTrue();
              assertThat(m.topic()).isEqualTo("g/u/a%2Fb");
              assertThat(m.payload())
                  .hasToString(
                      "{\"schema\":1,\"device\":\"a/b\",\"status\":\"offline\""
                          + ",\"reason\":\"timeout\",\"t\":1700}");
            });
    assertThat(rendered(state("m", true, ""), Lane.HISTORY)).isEmpty();
  }

  @Test
  void aDeviceThatIsNotConfiguredAnyMoreLeavesNothingBehind() throws Exception {
    for (Lane lane : Lane.values()) {
      assertThat(rendered(state("m", false, "removed"), lane))
          .singleElement()
          .satisfies(
              m -> {
                assertThat(m.retained()).isTrue();
                assertThat(m.payload().length()).isZero();
              });
    }
    current.state("m", List.of(), true, "", Moment.trusted(1_000));
    assertThat(rendered(state("m", false, "removed"), Lane.HISTORY)).as("it came again").isEmpty();
  }
}

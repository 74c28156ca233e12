package dev.sluice.gateway.uplink.clearblade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.acquire.DeviceState;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.clearblade.Troubles.Kind;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Field devices are attached before they speak, and what is refused goes another way. */
class AttachTest {

  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final String ATTACH = "/devices/press/attach";
  private static final String PRESS = "/devices/press/events";

  private static FakePlatform attaching() {
    return new FakePlatform(true, Unattached.GATEWAY);
  }

  @Test
  void withoutAttachAllReadingsGoByTheGatewaysOwnTopic() {
    var platform = new FakePlatform(false, Unattached.GATEWAY).device("press").open();
    assertThat(platform.ready).isTrue();
    assertThat(platform.write(platform.readings("press", "meter")))
        .containsExactly(FakePlatform.OWN_EVENTS);
    assertThat(platform.said(ATTACH)).isEmpty();
    assertThat(platform.conversation.subscriptions())
        .containsExactly(
            "/devices/edge/errors", "/devices/edge/config", "/devices/edge/commands/#");
  }

  @Test
  void recordsWaitUntilEveryKnownDeviceIsAttachedOrRefused() {
    var platform = attaching().device("meter").device("press");
    platform.acknowledges = false;
    platform.open();
    platform.pass(MOMENT);
    assertThat(platform.ready).isFalse();
    assertThat(platform.held).isEqualTo("attaching field devices");
    assertThat(platform.said(ATTACH)).hasSize(1);
    platform.last(ATTACH).arrived().complete();
    assertThat(platform.ready).isFalse();
    platform.error(ErrorReport.ATTACH, "meter", "/devices/meter/attach", "no device meter");
    assertThat(platform.ready).isTrue();
    assertThat(platform.withdrawn)
        .as("nobody waits for the acknowledgement that never comes")
        .containsExactly(platform.last("/devices/meter/attach").arrived().future());
    assertThat(platform.write(platform.readings("meter", "press")))
        .containsExactly(FakePlatform.OWN_EVENTS, PRESS);
    assertThat(platform.memory.troubles().count(Kind.ATTACH_REFUSED)).isEqualTo(1);
    platform.last("/devices/edge/state").arrived().complete();
    platform.pass(Duration.ofSeconds(2));
    assertThat(platform.last("/devices/edge/state").json().getJsonObject("refused").encode())
        .isEqualTo("{\"meter\":\"GATEWAY_ATTACHMENT_ERROR: no device meter\"}");
  }

  @Test
  void whatWasRefusedIsLeftAloneForAWhileAlsoOnTheNextConnection() {
    var platform = attaching().device("meter");
    platform.acknowledges = false;
    platform.open();
    platform.pass(MOMENT);
    platform.error(ErrorReport.ATTACH, "meter", "/devices/meter/attach", "no device meter");
    platform.acknowledges = true;
    platform.open();
    platform.pass(Duration.ofSeconds(40));
    platform.write(platform.readings("meter"));
    assertThat(platform.said("/devices/meter/attach")).as("within 45 s").isEmpty();
    platform.pass(Duration.ofSeconds(30));
    Rendered waits = platform.readings("meter");
    assertThat(platform.said("/devices/meter/attach")).hasSize(1);
    assertThat(platform.write(waits)).containsExactly("/devices/meter/events");
  }

  @Test
  void aDeviceThatNobodyKnewIsAttachedBeforeItsFirstMessageIsWritten() {
    var platform = attaching().open();
    assertThat(platform.ready).isTrue();
    platform.acknowledges = false;
    Rendered waits = platform.readings("press");
    assertThat(platform.ready).as("held").isFalse();
    platform.pass(MOMENT);
    platform.last(ATTACH).arrived().complete();
    assertThat(platform.ready).isTrue();
    assertThat(platform.write(waits)).containsExactly(PRESS);
    platform.pass(Duration.ofSeconds(1));
    assertThat(platform.heard)
        .containsExactly("/devices/press/config", "/devices/press/commands/#");
  }

  @Test
  void whatIsToBeKeptIsCountedByValueAndTheOthersGo() {
    var platform = new FakePlatform(true, Unattached.KEEP).device("press").device("meter");
    platform.acknowledges = false;
    platform.open();
    platform.pass(MOMENT);
    platform.last(ATTACH).arrived().complete();
    platform.error(ErrorReport.ATTACH, "meter", "/devices/meter/attach", "no");
    Rendered rendered = platform.readings("meter", "press");
    assertThat(rendered.losses()).as("of two points").isEqualTo(2);
    assertThat(rendered.untold()).isTrue();
    assertThat(platform.write(rendered)).containsExactly(PRESS);
    assertThat(platform.wire.get(0).payload().toString()).contains("\"part\":[2,2]");
    OutboxRecord aside = Objects.requireNonNull(rendered.aside());
    assertThat(aside.readings()).isEqualTo(2);
    assertThat(platform.readings("press").losses()).isZero();

    platform.acknowledges = true;
    platform.pass(Duration.ofMinutes(2));
    platform.readings("meter"); // has it attached
    platform.pass(MOMENT);
    assertThat(platform.write(platform.letter(aside)))
        .as("only what was refused, as the others have arrived")
        .containsExactly("/devices/meter/events");
  }

  @Test
  void gapsAreTheGatewaysOwn() {
    var platform = attaching().device("press").open();
    platform.pass(MOMENT);
    var gap = new GapRecord(3, 5, 3, "bytes");
    assertThat(platform.write(platform.render(RecordKind.GAP, gap.encode(), Lane.LIVE)))
        .containsExactly(FakePlatform.OWN_EVENTS);
  }

  @Test
  void eventsThatNobodyAcknowledgesCostOneConnectionAndGoAsOurOwn() {
    var platform = attaching().device("press").device("meter").open();
    platform.pass(MOMENT);
    platform.write(platform.readings("press", "meter"));
    platform.error(ErrorReport.UNKNOWN_DEVICE, "press", PRESS, "press is not attached");
    platform.error(
        ErrorReport.UNKNOWN_DEVICE, "meter", "/devices/meter/events", "meter is not attached");
    assertThat(platform.end).as("waits for the others").isNull();
    platform.pass(Duration.ofSeconds(1));
    assertThat(platform.end.failure()).isEqualTo(LinkFailure.DEVICE_REFUSED);
    assertThat(platform.end).hasMessageContaining("press").hasMessageContaining("meter");
    platform.conversation.ended(platform.end);
    platform.open();
    platform.pass(MOMENT);
    assertThat(platform.said(ATTACH)).isEmpty();
    assertThat(platform.write(platform.readings("press"))).containsExactly(FakePlatform.OWN_EVENTS);
    assertThat(platform.memory.troubles().count(Kind.EVENTS_REFUSED)).isEqualTo(2);
  }

  @Test
  void aDeviceThatIsConfiguredNoMoreIsDetachedWhenItsHistoryIsOver() {
    var platform = attaching().device("press").open();
    platform.pass(MOMENT);
    platform.current.remove("press");
    assertThat(platform.write(platform.state("press", false, DeviceState.REMOVED)))
        .containsExactly(PRESS);
    platform.pass(MOMENT);
    assertThat(platform.said("/devices/press/detach")).isEmpty();
    platform.acknowledges = false;
    platform.conversation.historyDone();
    platform.pass(MOMENT);
    assertThat(platform.said("/devices/press/detach")).hasSize(1);
    platform.error(ErrorReport.DETACH, "press", "/devices/press/detach", "not attached");
    assertThat(platform.withdrawn).hasSize(1);
  }

  @Test
  void anAttachThatIsNeitherTakenNorRefusedEndsOneConnectionAndNotEveryOne() {
    var platform = attaching().device("meter").device("press");
    platform.acknowledges = false;
    platform.open();
    platform.pass(MOMENT);
    platform.last(ATTACH).arrived().complete();
    platform.conversation.ended(new LinkException(LinkFailure.ACK_TIMEOUT, "", null));
    platform.acknowledges = true;
    platform.open();
    platform.pass(MOMENT);
    assertThat(platform.ready).isTrue();
    assertThat(platform.write(platform.readings("meter", "press")))
        .containsExactly(FakePlatform.OWN_EVENTS, PRESS);
  }

  @Test
  void aNameThatNoRegistryHasIsNotTried() {
    var platform = attaching().device("m1").device("_x").open();
    platform.pass(MOMENT);
    assertThat(platform.said).allMatch(each -> each.topic().endsWith("/state"));
    assertThat(platform.write(platform.readings("m1", "_x")))
        .containsExactly(FakePlatform.OWN_EVENTS, FakePlatform.OWN_EVENTS);
  }

  @Test
  void aThousandAreAttachedAtLessThanAHundredASecondAndNoMore() {
    var platform = attaching();
    IntStream.range(0, 1_001).forEach(i -> platform.device("unit-" + i));
    platform.open();
    for (int second = 0; second < 20 && !platform.ready; second++) {
      int before = platform.said.size();
      platform.pass(Duration.ofSeconds(1));
      assertThat(platform.said.size() - before).isLessThanOrEqualTo(88);
    }
    assertThat(platform.ready).isTrue();
    long last = platform.last("/devices/unit-998/attach").millis();
    assertThat(platform.millis() - last).as("records do not add up with them").isLessThan(2_100);
    assertThat(platform.said.stream().filter(s -> s.topic().endsWith("/attach"))).hasSize(1_000);
    // Once records flow, those that are new come slowly at first.
    int before = platform.said.size();
    platform.pass(Duration.ofSeconds(1));
    assertThat(platform.said.size() - before).isLessThanOrEqualTo(Sidestream.MODEST + 1);
    assertThat(platform.memory.troubles().count(Kind.ATTACH_REFUSED)).isEqualTo(1);
  }

  @Test
  void reportsThatAreNoneAreCounted() {
    var platform = attaching().open();
    assertThat(platform.down("/devices/edge/errors", "oops")).isEqualTo(Verdict.MALFORMED);
    assertThat(platform.down("/devices/edge/errors", "{}")).isEqualTo(Verdict.TAKEN);
    platform.error(ErrorReport.ATTACH, "stranger", "/devices/stranger/attach", "no");
    platform.error("GATEWAY_UNKNOWN", "press", "?", "x".repeat(5_000));
    assertThat(platform.memory.troubles().counts())
        .isEqualTo(Map.of("other_error", 2L, "malformed_error", 1L));
    assertThat(List.of("other", "/devices/edge/telemetry"))
        .allMatch(topic -> platform.down(topic, "{}") == Verdict.UNKNOWN_TOPIC);
  }

  /** The next sign of life is minutes away, and a flapping link makes many conversations. */
  @Test
  void nothingKeepsAConversationThatIsOver() {
    var platform = attaching().device("press").open();
    platform.pass(MOMENT);
    assertThat(platform.dues).isNotEmpty();
    platform.conversation.ended(new LinkException(LinkFailure.CLOSED, "", null));
    assertThat(platform.dues).isEmpty();
  }

  @Test
  void whoIsNoGatewayIsToldSoAndItsReadingsComeAllTheSame() {
    var platform = attaching().device("press").device("meter");
    platform.acknowledges = false;
    for (int i = 0; i < 2; i++) {
      assertThat(platform.memory.troubles().count(Kind.NO_GATEWAY)).as("any may close").isZero();
      platform.open();
      platform.pass(MOMENT);
      platform.conversation.ended(new LinkException(LinkFailure.CLOSED, "", null));
    }
    assertThat(platform.memory.troubles().count(Kind.NO_GATEWAY)).isEqualTo(1);
    platform.open();
    platform.pass(MOMENT);
    assertThat(platform.said(ATTACH)).isEmpty();
    assertThat(platform.ready).isTrue();
    assertThat(platform.write(platform.readings("press"))).containsExactly(FakePlatform.OWN_EVENTS);

    platform.acknowledges = true;
    platform.pass(Duration.ofMinutes(1));
    platform.readings("press", "meter");
    platform.pass(MOMENT);
    assertThat(platform.write(platform.readings("press")))
        .as("it is one now")
        .containsExactly(PRESS);
    platform.conversation.ended(new LinkException(LinkFailure.CLOSED, "", null));
    platform.acknowledges = false;
    platform.open();
    platform.pass(MOMENT);
    platform.conversation.ended(new LinkException(LinkFailure.CLOSED, "", null));
    assertThat(platform.memory.troubles().count(Kind.NO_GATEWAY))
        .as("once, by chance")
        .isEqualTo(1);
  }
}

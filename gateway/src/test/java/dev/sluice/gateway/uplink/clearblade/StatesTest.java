package dev.sluice.gateway.uplink.clearblade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.uplink.clearblade.FakePlatform.Said;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** States: of each device at most one in the time that is configured, with what is so then. */
class StatesTest {

  private static final String STATE = "/devices/edge/state";

  @Test
  void whatChangesWithinASecondIsSaidTogether() {
    var platform = new FakePlatform(false, Unattached.GATEWAY).open();
    for (int i = 1; i <= 50; i++) {
      platform.down("/devices/edge/config", "{\"version\":" + i + "}");
      platform.pass(Duration.ofMillis(100));
    }
    platform.pass(Duration.ofSeconds(2));
    List<Said> said = platform.said(STATE);
    assertThat(said).hasSizeBetween(5, 7);
    for (int i = 1; i < said.size(); i++) {
      assertThat(said.get(i).millis() - said.get(i - 1).millis()).isGreaterThanOrEqualTo(1_000);
    }
    assertThat(platform.last(STATE).json().getJsonObject("config").getInteger("version"))
        .isEqualTo(50);
  }

  @Test
  void theTimeCountsFromTheAcknowledgementAndOverConnections() {
    var platform = new FakePlatform(false, Unattached.GATEWAY);
    platform.acknowledges = false;
    platform.open();
    platform.down("/devices/edge/config", "{\"version\":1}");
    platform.pass(Duration.ofSeconds(5));
    assertThat(platform.said(STATE)).as("one is under way").hasSize(1);
    platform.last(STATE).arrived().complete();
    platform.pass(Duration.ofMillis(900));
    assertThat(platform.said(STATE)).hasSize(1);
    platform.conversation.ended();
    platform.open();
    assertThat(platform.said(STATE)).isEmpty();
    platform.pass(Duration.ofMillis(200));
    assertThat(platform.said(STATE)).hasSize(1);
  }

  @Test
  void aConnectionIsNeverIdleForTwentyMinutes() {
    var platform = new FakePlatform(false, Unattached.GATEWAY).open();
    platform.pass(Duration.ofHours(2));
    assertThat(platform.said(STATE)).hasSizeBetween(12, 14);
  }

  @Test
  void aReportThatIsTooLongForAStateIsShortened() {
    var platform = new FakePlatform(false, Unattached.GATEWAY).open();
    platform.desk =
        request -> new Answer(Answer.DONE, "", Map.of("devices", Map.of("x", "y".repeat(70_000))));
    platform.down("/devices/edge/config", "{\"version\":1}");
    platform.pass(Duration.ofSeconds(3));
    Said last = platform.last(STATE);
    assertThat(last.message().payload().length()).isLessThan(Report.MOST);
    assertThat(last.json().getJsonObject("config").getInteger("code")).isEqualTo(200);
    assertThat(last.json().getJsonObject("config").getString("detail")).contains("too long");
  }

  @Test
  void theStateOfADeviceIsSaidInItsNameWhileItIsAttached() {
    var platform = new FakePlatform(true, Unattached.GATEWAY).device("press").open();
    platform.pass(Duration.ofSeconds(2));
    Said said = platform.last("/devices/press/state");
    assertThat(said.json().encode())
        .startsWith("{\"schema\":1,\"device\":\"press\",\"status\":\"online\",\"t\":");
    platform.acknowledges = false;
    platform.state("press", false, "timeout");
    platform.pass(Duration.ofSeconds(2));
    platform.error(ErrorReport.UNKNOWN_DEVICE, "press", "/devices/press/state", "not attached");
    assertThat(platform.withdrawn)
        .containsExactly(platform.last("/devices/press/state").arrived().future());
    assertThat(platform.end).isNull();
  }
}

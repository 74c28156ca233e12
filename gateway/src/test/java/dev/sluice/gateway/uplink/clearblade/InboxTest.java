package dev.sluice.gateway.uplink.clearblade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.uplink.clearblade.Troubles.Kind;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes down becomes typed requests, once, and is answered in the state or as an event. */
class InboxTest {

  private static final String CONFIG = "/devices/edge/config";
  private static final String STATE = "/devices/edge/state";
  private static final String ANSWERS = "/devices/edge/events/answers";
  private static final String WANTED = "{\"version\":7,\"devices\":{\"press\":{\"speed\":3}}}";

  private FakePlatform platform;

  @BeforeEach
  void open() {
    platform = new FakePlatform(true, Unattached.GATEWAY).device("press").open();
    platform.pass(Duration.ofSeconds(2));
  }

  private JsonObject stated() {
    platform.pass(Duration.ofSeconds(2));
    return platform.last(STATE).json().getJsonObject("config");
  }

  private JsonObject answered() {
    platform.pass(Duration.ofSeconds(2));
    return platform.last(ANSWERS).json().getJsonObject("answer");
  }

  @Test
  void aConfigurationIsCarriedOutOnceHoweverOftenItComes() {
    platform.desk =
        request ->
            new Answer(Answer.DONE, "", Map.of("devices", Map.of("press", Map.of("speed", 3))));
    assertThat(platform.down(CONFIG, WANTED)).isEqualTo(Verdict.TAKEN);
    assertThat(platform.requests)
        .containsExactly(
            new DesiredState(
                "cloud",
                7,
                Map.of("devices", Map.of("press", Map.of("speed", new BigDecimal("3"))))));
    assertThat(stated().encode())
        .isEqualTo(
            "{\"version\":7,\"code\":200,\"detail\":\"\",\"devices\":{\"press\":{\"speed\":3}}}");
    platform.down(CONFIG, WANTED);
    platform.conversation.ended();
    platform.open();
    assertThat(platform.down(CONFIG, WANTED)).isEqualTo(Verdict.TAKEN);
    assertThat(stated().getInteger("version")).as("is said on each connection").isEqualTo(7);
    assertThat(platform.down(CONFIG, "")).as("none yet").isEqualTo(Verdict.TAKEN);
    assertThat(platform.requests).hasSize(1);
  }

  @Test
  void aVersionThatDoesNotGrowIsNotCarriedOutAndOneWithoutIsTakenByItsContent() {
    platform.down(CONFIG, WANTED);
    platform.down(CONFIG, WANTED.replace("3", "4"));
    assertThat(stated().getInteger("code")).isEqualTo(Answer.REPEATED);
    assertThat(stated().getString("detail")).isEqualTo("version 7 after version 7: it has to grow");
    assertThat(platform.memory.troubles().count(Kind.OLD_CONFIG)).isEqualTo(1);
    platform.down(CONFIG, WANTED.replace("7", "8"));
    platform.down(CONFIG, "{\"devices\":{}}");
    assertThat(platform.requests).hasSize(3);
    assertThat(((DesiredState) platform.requests.get(2)).version()).isZero();
  }

  @Test
  void whatFailedIsTriedAgainWhenItComesAgain() {
    platform.desk = request -> Answer.of(Answer.FAILED, "no answer");
    platform.down(CONFIG, WANTED);
    platform.down(CONFIG, WANTED);
    assertThat(platform.requests).hasSize(2);
    platform.desk = request -> Answer.of(Answer.REFUSED, "not writable");
    platform.down(CONFIG, WANTED);
    platform.down(CONFIG, WANTED);
    assertThat(platform.requests).hasSize(3);
    assertThat(stated().getInteger("code")).isEqualTo(Answer.REFUSED);
  }

  @Test
  void whatIsNoConfigurationIsToldInTheStateWithWhatWasFound() {
    var found = new HashMap<String, String>();
    for (String bad :
        new String[] {
          "eyJkZXZpY2VzIjp7fX0=",
          "[1]",
          "{\"version\":-1}",
          "{\"version\":\"7\"}",
          "{\"a\":",
          "{\"version\":1.5}"
        }) {
      assertThat(platform.down(CONFIG, bad)).as(bad).isEqualTo(Verdict.MALFORMED);
      assertThat(stated().getInteger("code")).isEqualTo(Answer.MALFORMED);
      found.put(bad, stated().getString("detail"));
    }
    assertThat(platform.requests).isEmpty();
    assertThat(platform.memory.troubles().count(Kind.MALFORMED_CONFIG)).isEqualTo(6);
    assertThat(found.get("eyJkZXZpY2VzIjp7fX0=")).endsWith("was it encoded twice?");
    assertThat(found.get("[1]")).isEqualTo("expected an object, found another kind of JSON");
    assertThat(found.get("{\"version\":-1}"))
        .isEqualTo("version: expected a whole number from 0 on, found -1");
  }

  @Test
  void theConfigurationOfAFieldDeviceIsAboutItsPoints() {
    platform.down("/devices/press/config", "{\"speed\":3}");
    assertThat(platform.requests)
        .containsExactly(
            new DesiredState(
                "cloud",
                0,
                Map.of("devices", Map.of("press", Map.of("speed", new BigDecimal("3"))))));
    platform.pass(Duration.ofSeconds(2));
    assertThat(
            platform.last("/devices/press/state").json().getJsonObject("config").getInteger("code"))
        .isEqualTo(200);
    assertThat(platform.down("/devices/stranger/config", "{}")).isEqualTo(Verdict.UNKNOWN_TOPIC);
  }

  @Test
  void commandsAreNamedByTheirSubfolderAndAnsweredAsEvents() {
    String write =
        "{\"id\":\"c-1\",\"expires\":1700000060000,\"device\":\"press\",\"point\":\"speed\",\"value\":3}";
    platform.desk = request -> new Answer(Answer.DONE, "written", Map.of("value", 3));
    assertThat(platform.down("/devices/edge/commands", write)).isEqualTo(Verdict.TAKEN);
    assertThat(platform.requests.get(0))
        .isEqualTo(
            new Command(
                "cloud",
                "c-1",
                1_700_000_060_000L,
                "write",
                Map.of("device", "press", "point", "speed", "value", new BigDecimal("3"))));
    assertThat(answered().encode())
        .isEqualTo(
            "{\"id\":\"c-1\",\"command\":\"write\",\"code\":200,\"detail\":\"written\",\"value\":3}");

    platform.desk = request -> Answer.of(Answer.UNKNOWN, "no method 'reboot/now'");
    platform.down("/devices/press/commands/reboot/now", "{}");
    assertThat(platform.requests.get(1))
        .isEqualTo(new Command("cloud", "", 0, "reboot/now", Map.of("device", "press")));
    assertThat(answered().getInteger("code")).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void whatIsNoCommandIsAnswered() {
    for (String bad : new String[] {"stop", "", "{\"id\":\"c-9\",\"expires\":\"soon\"}"}) {
      assertThat(platform.down("/devices/edge/commands", bad)).isEqualTo(Verdict.MALFORMED);
      assertThat(answered().getInteger("code")).isEqualTo(Answer.MALFORMED);
    }
    assertThat(answered().getString("id")).isEqualTo("c-9");
    assertThat(platform.requests).isEmpty();
  }

  @Test
  void answersThatWaitAreBoundedAndCounted() {
    for (int i = 0; i < 600; i++) {
      platform.down("/devices/edge/commands", "stop");
    }
    platform.pass(Duration.ofMinutes(2));
    assertThat(platform.said(ANSWERS)).hasSizeBetween(500, 501);
    assertThat(platform.memory.troubles().count(Kind.ANSWERS_DROPPED))
        .isEqualTo(600 - platform.said(ANSWERS).size());
  }
}

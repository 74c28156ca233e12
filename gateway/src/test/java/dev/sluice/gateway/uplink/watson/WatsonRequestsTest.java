package dev.sluice.gateway.uplink.watson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands and device management, and what is answered. */
class WatsonRequestsTest {

  private static final String METER = "iot-2/type/meter/id/meter/";
  private static final String MANAGE = "iotdevice-1/" + FakePlatform.EDGE + "mgmt/manage";
  private static final String RESPONSE = "iotdevice-1/" + FakePlatform.EDGE + "response";
  private static final String DOWN = "iotdm-1/" + FakePlatform.EDGE;

  private static FakePlatform open() {
    var platform = new FakePlatform();
    platform.device("meter", true);
    return platform.open();
  }

  @Test
  void aCommandIsOneOfTheDeviceInItsTopicAndItsAnswerIsAnEvent() {
    FakePlatform platform = open();
    String payload = "{\"d\":{\"point\":\"setpoint\",\"value\":21.5},\"reqId\":\"r1\"}";
    assertThat(platform.receive(METER + "cmd/write/fmt/json", payload)).isEqualTo(Verdict.TAKEN);
    assertThat(platform.requests)
        .containsExactly(
            new Command(
                "cloud",
                "r1",
                0,
                "write",
                Map.of("device", "meter", "point", "setpoint", "value", new BigDecimal("21.5"))));
    assertThat(platform.on(METER + "evt/answer/fmt/json"))
        .containsExactly(
            new JsonObject()
                .put(
                    "d", new JsonObject("{\"command\":\"write\",\"code\":200,\"detail\":\"done\"}"))
                .put("reqId", "r1"));
    platform.receive(
        "iot-2/" + FakePlatform.EDGE + "cmd/write/fmt/json",
        "{\"device\":\"meter\",\"point\":\"setpoint\",\"value\":1}");
    assertThat(((Command) platform.requests.get(1)).parameters())
        .as("one to the gateway names the device")
        .containsEntry("device", "meter");
  }

  @Test
  void everyRefusalIsAnswered() {
    FakePlatform platform = open();
    platform.desk = r -> Future.succeededFuture(Answer.of(Answer.UNKNOWN, "found method \"stop\""));
    platform.receive(METER + "cmd/stop/fmt/json", "{}");
    assertThat(platform.receive(METER + "cmd/write/fmt/xml", "<a/>")).isEqualTo(Verdict.MALFORMED);
    assertThat(platform.receive(METER + "cmd/write/fmt/json", "{")).isEqualTo(Verdict.MALFORMED);
    assertThat(platform.on(METER + "evt/answer/fmt/json"))
        .extracting(answer -> answer.getJsonObject("d").getInteger("code"))
        .containsExactly(404, 400, 400);
    platform.receive("iot-2/type/meter/id/nobody/cmd/write/fmt/json", "{}");
    assertThat(platform.on("iot-2/" + FakePlatform.EDGE + "evt/answer/fmt/json").get(0))
        .isEqualTo(
            new JsonObject(
                "{\"d\":{\"command\":\"write\",\"type\":\"meter\",\"id\":\"nobody\",\"code\":404,"
                    + "\"detail\":\"no device meter:nobody\"}}"));
    assertThat(platform.receive("iot-2/cmd/a/b", "{}")).isEqualTo(Verdict.UNKNOWN_TOPIC);
  }

  private static JsonObject asked(FakePlatform platform) {
    List<JsonObject> all = platform.on(MANAGE);
    return all.get(all.size() - 1);
  }

  private static void answer(FakePlatform platform, int rc) {
    platform.receive(
        DOWN + "response",
        new JsonObject().put("rc", rc).put("reqId", asked(platform).getString("reqId")).encode());
  }

  @Test
  void theGatewayAsksToBeManagedAndAgainBeforeThatIsOver() {
    FakePlatform platform = open();
    JsonObject d = asked(platform).getJsonObject("d");
    assertThat(d.getInteger("lifetime")).isEqualTo(7_200);
    assertThat(d.getJsonObject("supports"))
        .isEqualTo(new JsonObject("{\"deviceActions\":false,\"firmwareActions\":false}"));
    assertThat(d.getJsonObject("deviceInfo").getString("serialNumber")).isEqualTo("plant-7");
    platform.pauses.clear(); // nobody waits for the answer any more: it comes
    answer(platform, 200);
    assertThat(platform.pauses)
        .extracting(FakePlatform.Pause::length)
        .containsExactly(Duration.ofMinutes(96));
    String first = asked(platform).getString("reqId");
    platform.passPauses();
    assertThat(platform.on(MANAGE)).hasSize(2);
    assertThat(asked(platform).getString("reqId")).isNotEqualTo(first);
    platform.conversation.ended();
    assertThat(platform.pauses).as("nothing keeps what is over for a day").isEmpty();
  }

  @Test
  void whoIsRefusedOrNotAnsweredAsksAgainAfterPausesThatDouble() {
    FakePlatform platform = open();
    platform.passPauses(); // half a minute without an answer
    assertThat(platform.pauses.get(0).length())
        .as("not all gateways at once")
        .isStrictlyBetween(Duration.ofSeconds(45), Duration.ofMinutes(1));
    platform.passPauses();
    platform.pauses.clear();
    answer(platform, 403);
    assertThat(platform.pauses.get(0).length())
        .isStrictlyBetween(Duration.ofSeconds(90), Duration.ofMinutes(2));
    assertThat(platform.on(MANAGE)).hasSize(2);
    assertThat(platform.complaints.counts())
        .containsOnlyKeys("management_unanswered", "management_refused");
  }

  @Test
  void whatTheGatewayDoesNotDoIsAnsweredSoAndTheRestAsTheContractWants() {
    FakePlatform platform = open();
    ask(platform, 501, "mgmt/initiate/device/reboot", "{}");
    ask(platform, 501, "mgmt/initiate/device/factory_reset", "{}");
    ask(platform, 501, "mgmt/initiate/firmware/download", "{}");
    ask(platform, 501, "mgmt/initiate/firmware/update", "{}");
    String field = "{\"fields\":[{\"field\":\"%s\",\"value\":{\"site\":\"north\"}}]}";
    ask(platform, 204, "device/update", field.formatted("metadata"));
    ask(platform, 501, "device/update", field.formatted("mgmt.firmware"));
    ask(platform, 400, "device/update", "{\"fields\":[3]}");
    ask(platform, 404, "device/update", field.formatted("location"));
    ask(platform, 400, "device/update", "{\"fields\":[{\"field\":\"deviceInfo\",\"value\":3}]}");
    JsonObject seen = ask(platform, 200, "observe", field.formatted("metadata"));
    assertThat(seen.getJsonObject("d").getJsonArray("fields"))
        .isEqualTo(new JsonArray("[{\"field\":\"metadata\",\"value\":{\"site\":\"north\"}}]"));
    ask(platform, 404, "observe", field.formatted("nothing"));
    ask(platform, 200, "cancel", field.formatted("metadata"));
    ask(platform, 400, "cancel", "{}");
    assertThat(platform.receive(DOWN + "observe", "{}")).isEqualTo(Verdict.MALFORMED);
    assertThat(platform.receive(DOWN + "mgmt/destroy", "{\"reqId\":\"x\"}"))
        .isEqualTo(Verdict.UNKNOWN_TOPIC);
    platform.receive(
        "iotdm-1/type/meter/id/meter/mgmt/initiate/device/reboot", "{\"reqId\":\"y\"}");
    assertThat(platform.on("iotdevice-1/type/meter/id/meter/response").get(0).getInteger("rc"))
        .isEqualTo(404);
  }

  private static JsonObject ask(FakePlatform platform, int code, String action, String d) {
    String id = "req-" + platform.wire.size();
    platform.receive(DOWN + action, "{\"reqId\":\"" + id + "\",\"d\":" + d + "}");
    List<JsonObject> answers = platform.on(RESPONSE);
    JsonObject last = answers.get(answers.size() - 1);
    assertThat(last.getString("reqId")).isEqualTo(id);
    assertThat(last.getInteger("rc")).as(action).isEqualTo(code);
    return last;
  }
}

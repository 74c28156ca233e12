package dev.sluice.gateway.uplink.thingsboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes down: shared attributes and calls, and what is answered. */
class ThingsboardRequestsTest {

  private static FakeServer meter() {
    var current = new CurrentValues();
    FakeServer.device(current, "meter", true, "setpoint", "mode");
    return new FakeServer(current).open();
  }

  private static Future<Answer> so(Map<String, Object> points, Map<String, Object> errors) {
    return Future.succeededFuture(
        new Answer(
            errors.isEmpty() ? Answer.DONE : Answer.REFUSED,
            "as told",
            Map.of("devices", Map.of("meter", points), "errors", errors)));
  }

  @Test
  void whatADeviceShallBeIsAskedForAndWhatCameOfItIsReported() {
    FakeServer server = meter();
    server.desk =
        request ->
            so(Map.of("setpoint", new BigDecimal("21.5")), Map.of("meter/mode", "not writable"));
    assertThat(server.on(Topics.ATTRIBUTES_REQUEST))
        .containsExactly(
            "{\"id\":1,\"device\":\"meter\",\"client\":false,\"keys\":[\"setpoint\",\"mode\"]}");
    String answer = "{\"id\":1,\"device\":\"meter\",\"values\":{\"setpoint\":21.5,\"mode\":2}}";
    assertThat(server.receive(Topics.ATTRIBUTES_RESPONSE, answer)).isEqualTo(Verdict.TAKEN);
    assertThat(server.requests)
        .containsExactly(
            new DesiredState(
                "cloud",
                0,
                Map.of(
                    "devices",
                    Map.of(
                        "meter",
                        Map.of("setpoint", new BigDecimal("21.5"), "mode", new BigDecimal(2))))));
    assertThat(server.on(Topics.ATTRIBUTES).get(1))
        .isEqualTo(
            "{\"meter\":{\"setpoint\":21.5,\"_desiredErrors\":{\"mode\":\"not writable\"}}}");
    assertThat(server.receive(Topics.ATTRIBUTES_RESPONSE, answer))
        .as("an answer to nothing")
        .isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void oneValueIsToldInAnotherPlaceByOlderServers() {
    var current = new CurrentValues();
    FakeServer.device(current, "meter", true, "setpoint");
    FakeServer server = new FakeServer(current).open();
    server.receive(
        Topics.ATTRIBUTES_RESPONSE, "{\"id\":1,\"device\":\"meter\",\"value\":\"warm\"}");
    assertThat(server.requests)
        .containsExactly(
            new DesiredState(
                "cloud", 0, Map.of("devices", Map.of("meter", Map.of("setpoint", "warm")))));
    FakeServer none = new FakeServer(current).open();
    none.receive(Topics.ATTRIBUTES_RESPONSE, "{\"id\":1,\"device\":\"meter\"}");
    assertThat(none.requests).as("nobody wants anything of it").isEmpty();
  }

  @Test
  void changesWaitForEachOtherAndTheLastOfAPointCounts() {
    FakeServer server = meter();
    var open = new ArrayList<Promise<Answer>>();
    server.desk =
        request -> {
          Promise<Answer> promise = Promise.promise();
          open.add(promise);
          return promise.future();
        };
    for (int i = 1; i <= 3; i++) {
      String push = "{\"device\":\"meter\",\"data\":{\"setpoint\":" + i + "}}";
      assertThat(server.receive(Topics.ATTRIBUTES, push)).isEqualTo(Verdict.TAKEN);
    }
    assertThat(server.requests).hasSize(1);
    open.get(0).complete(Answer.of(Answer.TOO_MANY, "too many"));
    assertThat(server.on(Topics.ATTRIBUTES).get(1))
        .isEqualTo("{\"meter\":{\"_desiredErrors\":{\"\":\"too many\"}}}");
    assertThat(server.requests).hasSize(2);
    assertThat(((DesiredState) server.requests.get(1)).state())
        .isEqualTo(Map.of("devices", Map.of("meter", Map.of("setpoint", new BigDecimal(3)))));
    server.conversation.ended();
    open.get(1).complete(Answer.of(Answer.DONE, "done"));
    assertThat(server.on(Topics.ATTRIBUTES)).as("nothing after the end").hasSize(2);
  }

  /** A server that is not well, and a device that is slow. */
  @Test
  void whatIsWantedAtATimeHasABound() {
    FakeServer server = meter();
    server.desk = request -> Promise.<Answer>promise().future();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      String push = "{\"device\":\"d" + i + "\",\"data\":{\"a" + i + "\":1}}";
      refused += server.receive(Topics.ATTRIBUTES, push) == Verdict.MALFORMED ? 1 : 0;
    }
    assertThat(refused).isBetween(9_000, 10_000);
    assertThat(server.complaints.count("too_many_attributes")).isEqualTo(refused);
  }

  @Test
  void whatIsDeletedIsWantedNoMore() {
    FakeServer server = meter();
    String push = "{\"device\":\"meter\",\"data\":{\"deleted\":[\"setpoint\"]}}";
    assertThat(server.receive(Topics.ATTRIBUTES, push)).isEqualTo(Verdict.TAKEN);
    assertThat(server.requests).isEmpty();
  }

  @Test
  void aCallBecomesACommandOfTheDeviceInItsEnvelope() {
    FakeServer server = meter();
    String call =
        "{\"device\":\"meter\",\"data\":{\"id\":7,\"method\":\"write\","
            + "\"params\":{\"device\":\"other\",\"point\":\"setpoint\",\"value\":21.5}}}";
    assertThat(server.receive(Topics.RPC, call)).isEqualTo(Verdict.TAKEN);
    Command command = (Command) server.requests.get(0);
    assertThat(command.source()).isEqualTo("cloud");
    assertThat(command.name()).isEqualTo("write");
    assertThat(command.parameters())
        .isEqualTo(Map.of("device", "meter", "point", "setpoint", "value", new BigDecimal("21.5")));
    assertThat(server.on(Topics.RPC))
        .containsExactly(
            "{\"device\":\"meter\",\"id\":7,\"data\":{\"code\":200,\"detail\":\"done\"}}");
    server.receive(Topics.RPC, call);
    assertThat(((Command) server.requests.get(1)).id())
        .as("said again in this connection it is the same")
        .isEqualTo(command.id());
    assertThat(command.id()).endsWith("/meter/7").doesNotStartWith("/");
  }

  @Test
  void aMethodThatNobodyKnowsIsAnsweredWithAnError() {
    FakeServer server = meter();
    server.desk =
        request -> Future.succeededFuture(Answer.of(Answer.UNKNOWN, "found method \"reboot\""));
    server.receive(
        Topics.RPC,
        "{\"device\":\"meter\",\"data\":{\"id\":1,\"method\":\"reboot\",\"params\":3}}");
    assertThat(new JsonObject(server.on(Topics.RPC).get(0)).getJsonObject("data"))
        .isEqualTo(new JsonObject().put("code", 404).put("error", "found method \"reboot\""));
  }

  @Test
  void aCallOfTheGatewayItselfIsAnsweredByItsNumber() {
    FakeServer server = meter();
    server.receive(
        Topics.OWN_RPC_REQUEST + "12",
        "{\"method\":\"write\",\"params\":{\"device\":\"meter\",\"point\":\"mode\",\"value\":1}}");
    assertThat(((Command) server.requests.get(0)).parameters())
        .isEqualTo(Map.of("device", "meter", "point", "mode", "value", new BigDecimal(1)));
    assertThat(server.on(Topics.OWN_RPC_RESPONSE + "12"))
        .containsExactly("{\"code\":200,\"detail\":\"done\"}");
    assertThat(server.receive(Topics.OWN_RPC_REQUEST + "13", "{\"method\":"))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(server.on(Topics.OWN_RPC_RESPONSE + "13").get(0)).contains("\"code\":400");
    assertThat(server.receive(Topics.OWN_RPC_REQUEST + "14", "{\"params\":{}}"))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(server.on(Topics.OWN_RPC_RESPONSE + "14").get(0)).contains("expected a name");
  }

  @Test
  void whatIsNotUnderstoodIsSaidSo() {
    FakeServer server = meter();
    int before = server.wire.size();
    for (String payload :
        List.of(
            "",
            "[]",
            "{",
            "{\"device\":1,\"data\":{}}",
            "{\"device\":\"meter\",\"data\":3}",
            "{\"device\":\"meter\",\"device\":\"meter\",\"data\":{}}",
            "[".repeat(10_000))) {
      assertThat(server.receive(Topics.ATTRIBUTES, payload)).isEqualTo(Verdict.MALFORMED);
      assertThat(server.receive(Topics.ATTRIBUTES_RESPONSE, payload)).isEqualTo(Verdict.MALFORMED);
      assertThat(server.receive(Topics.RPC, payload)).isEqualTo(Verdict.MALFORMED);
    }
    assertThat(server.complaints.counts())
        .containsOnly(Map.entry("malformed_attributes", 14L), Map.entry("malformed_call", 7L));
    assertThat(server.receive("v1/devices/me/attributes", "{}")).isEqualTo(Verdict.UNKNOWN_TOPIC);
    assertThat(server.requests).isEmpty();
    assertThat(server.wire).hasSize(before);
  }
}

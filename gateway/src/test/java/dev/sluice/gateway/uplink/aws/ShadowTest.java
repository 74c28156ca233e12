package dev.sluice.gateway.uplink.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.command.Request;
import dev.sluice.gateway.normalize.Blocks;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The dialogue with a shadow, message by message. */
class ShadowTest {

  private static final String P = "$aws/things/gw/shadow";
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("power", "kW", ValueType.DECIMAL, 1),
          Column.of("setpoint", "", ValueType.INT16, 0));

  private final CurrentValues current = new CurrentValues();
  private final List<Request> requests = new ArrayList<>();
  private final List<Promise<Answer>> answers = new ArrayList<>();
  private final Complaints complaints = new Complaints("cloud");
  private final ShadowMemory memory = new ShadowMemory();
  private final Reported reported = new Reported("plant-7", current, ClockOffsets.NONE);
  private FakeChannel wire = new FakeChannel();
  private Shadow shadow = shadow();

  private Shadow shadow() {
    return new Shadow("cloud", P, EVERY, memory, reported, this::take, complaints, wire);
  }

  private Future<Answer> take(Request request) {
    requests.add(request);
    Promise<Answer> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private void meter(long power, long setpoint) {
    current.state("meter", COLUMNS, true, "", Moment.trusted(wire.now));
    current.values(
        "meter",
        COLUMNS,
        Blocks.of(
            List.of(
                new Blocks.One(0, power, 1, "", Quality.GOOD),
                new Blocks.One(1, setpoint, 0, "", Quality.GOOD))),
        Moment.trusted(wire.now));
  }

  private void comes(String what, JsonObject body) {
    assertThat(shadow.received(FakeChannel.incoming(P + "/" + what, body)))
        .isEqualTo(Verdict.TAKEN);
  }

  private void comes(String what, JsonObject request, String body) {
    comes(what, new JsonObject(body).put("clientToken", request.getString("clientToken")));
  }

  /** Opened, with a shadow that nobody made; gives the first report. */
  private JsonObject created() {
    shadow.open(wire);
    JsonObject get = wire.next(P + "/get");
    comes("get/rejected", get, "{\"code\":404,\"message\":\"No shadow\"}");
    return wire.next(P + "/update");
  }

  private static JsonObject reported(JsonObject update) {
    return update.getJsonObject("state").getJsonObject("reported");
  }

  @Test
  void aShadowThatNobodyMadeIsMadeOfWhatIsSoNow() {
    meter(2301, 7);
    JsonObject update = created();
    assertThat(reported(update))
        .isEqualTo(
            new JsonObject(
                "{\"gateway\":\"plant-7\",\"up\":{\"meter\":true},\"devices\":{\"meter\":{\"power\":230.1,\"setpoint\":7}}}"));
    assertThat(update.getJsonObject("state").containsKey("desired")).isFalse();
    assertThat(complaints.count("shadow_get_rejected")).as("this one is no trouble").isZero();
    comes("update/accepted", update, "{\"version\":1}");
    wire.pass(EVERY);
    assertThat(wire.next()).as("nothing changed, nothing is said").isNull();
    meter(2302, 7);
    wire.pass(EVERY);
    assertThat(reported(wire.next(P + "/update")))
        .isEqualTo(new JsonObject("{\"devices\":{\"meter\":{\"power\":230.2}}}"));
  }

  @Test
  void whatTheShadowHoldsOfAFormerTimeIsTakenAway() {
    meter(10, 7);
    shadow.open(wire);
    JsonObject get = wire.next(P + "/get");
    comes(
        "get/accepted",
        get,
        "{\"state\":{\"reported\":{\"gateway\":\"plant-7\",\"up\":{\"gone\":true,\"meter\":true},\"devices\":"
            + "{\"gone\":{\"x\":1},\"meter\":{\"power\":1.00,\"setpoint\":6}}}},\"version\":9}");
    assertThat(reported(wire.next(P + "/update")))
        .isEqualTo(
            new JsonObject(
                "{\"up\":{\"gone\":null},\"devices\":{\"gone\":null,\"meter\":{\"setpoint\":7}}}"));
  }

  @Test
  void aDeltaIsDoneOnceAndWhatCameOfItIsReported() {
    meter(10, 7);
    comes("update/accepted", created(), "{\"version\":1}");
    var delta =
        new JsonObject("{\"version\":5,\"state\":{\"devices\":{\"meter\":{\"setpoint\":21}}}}");
    comes("update/delta", delta);
    assertThat(requests)
        .containsExactly(
            new DesiredState(
                "cloud",
                5,
                Map.of("devices", Map.of("meter", Map.of("setpoint", BigDecimal.valueOf(21))))));
    comes("update/delta", delta);
    comes("update/delta", delta.copy().put("version", 4));
    assertThat(requests).as("of no older version").hasSize(1);
    answers
        .get(0)
        .complete(
            new Answer(
                Answer.DONE,
                "done",
                Map.of("devices", Map.of("meter", Map.of("setpoint", BigDecimal.valueOf(21))))));
    JsonObject update = wire.next(P + "/update");
    assertThat(reported(update))
        .isEqualTo(new JsonObject("{\"devices\":{\"meter\":{\"setpoint\":21}}}"));
    comes("update/accepted", update, "{\"version\":6}");
    wire.pass(EVERY);
    assertThat(wire.next()).as("the device confirmed it, though it was not read since").isNull();
    wire.now += 1;
    meter(10, 20);
    wire.pass(EVERY);
    assertThat(reported(wire.next(P + "/update")))
        .as("a later reading counts more")
        .isEqualTo(new JsonObject("{\"devices\":{\"meter\":{\"setpoint\":20}}}"));
  }

  @Test
  void aRefusalIsReportedAndNotAskedForAgainWithEveryUpdate() {
    meter(10, 7);
    comes("update/accepted", created(), "{\"version\":1}");
    var delta = new JsonObject("{\"version\":2,\"state\":{\"devices\":{\"meter\":{\"power\":1}}}}");
    comes("update/delta", delta);
    answers
        .get(0)
        .complete(
            new Answer(
                Answer.REFUSED,
                "not writable",
                Map.of("devices", Map.of(), "errors", Map.of("meter/power", "not writable"))));
    JsonObject update = wire.next(P + "/update");
    assertThat(reported(update))
        .isEqualTo(new JsonObject("{\"errors\":{\"meter/power\":\"not writable\"}}"));
    comes("update/accepted", update, "{\"version\":3}");
    comes("update/delta", delta.copy().put("version", 3));
    assertThat(requests).hasSize(1);
    comes(
        "update/delta",
        new JsonObject("{\"version\":4,\"state\":{\"devices\":{\"meter\":{\"power\":2}}}}"));
    assertThat(requests).hasSize(2);
    answers.get(1).complete(new Answer(Answer.DONE, "done", Map.of("devices", Map.of())));
    assertThat(reported(wire.next(P + "/update")))
        .as("it is no error any more")
        .isEqualTo(new JsonObject("{\"errors\":null}"));
  }

  /** A wish that fails comes again with each update; it must not be what causes the next one. */
  @Test
  void aWishThatFailsIsTriedAgainNoMoreOftenThanReported() {
    meter(10, 7);
    comes("update/accepted", created(), "{\"version\":1}");
    JsonObject wish = new JsonObject("{\"devices\":{\"meter\":{\"setpoint\":21}}}");
    var failed =
        new Answer(
            Answer.FAILED,
            "timeout",
            Map.of("devices", Map.of(), "errors", Map.of("meter/setpoint", "timeout")));
    comes("update/delta", new JsonObject().put("version", 2).put("state", wish));
    answers.get(0).complete(failed);
    JsonObject update = wire.next(P + "/update");
    for (int i = 1; i <= 3; i++) {
      comes("update/accepted", update, "{\"version\":3}");
      comes("update/delta", new JsonObject().put("version", 3 + i).put("state", wish));
      meter(10 + i, 7);
      assertThat(answers).as("it is tried again").hasSize(1 + i);
      answers.get(i).complete(failed);
      assertThat(wire.next()).as("before its time").isNull();
      wire.pass(EVERY);
      update = wire.next(P + "/update");
    }
  }

  @Test
  void aDesireThatIsNoneIsAnsweredInWords() {
    comes("update/accepted", created(), "{\"version\":1}");
    comes("update/delta", new JsonObject("{\"version\":2,\"state\":{\"devices\":5}}"));
    answers.get(0).complete(Answer.of(Answer.MALFORMED, "expected devices"));
    assertThat(reported(wire.next(P + "/update")))
        .isEqualTo(new JsonObject("{\"errors\":{\"desired\":\"expected devices\"}}"));
    assertThat(shadow.received(FakeChannel.incoming(P + "/update/delta", "{no")))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(shadow.received(FakeChannel.incoming("other", "{}"))).isNull();
  }

  @Test
  void aRejectedUpdateIsCountedAndTriedAgainLater() {
    meter(10, 7);
    JsonObject update = created();
    comes("update/rejected", update, "{\"code\":429,\"message\":\"Too many requests\"}");
    assertThat(complaints.count("shadow_update_rejected")).isEqualTo(1);
    wire.pass(EVERY);
    assertThat(wire.next()).as("a pause that grows").isNull();
    wire.pass(EVERY);
    assertThat(reported(wire.next(P + "/update"))).isEqualTo(reported(update));
  }

  @Test
  void theRefusalOfAnothersRequestIsNotOurs() {
    meter(10, 7);
    JsonObject update = created();
    comes("update/rejected", new JsonObject("{\"code\":400,\"clientToken\":\"theirs\"}"));
    assertThat(complaints.count("shadow_update_rejected")).isZero();
    comes("update/accepted", update, "{\"version\":1}");
  }

  @Test
  void whoDoesNotAnswerIsAskedAgain() {
    meter(10, 7);
    shadow.open(wire);
    wire.next(P + "/get");
    wire.pass(EVERY);
    assertThat(wire.next()).isNull();
    wire.pass(Duration.ofSeconds(30));
    assertThat(complaints.count("shadow_unanswered")).isEqualTo(1);
    wire.pass(EVERY);
    assertThat(wire.next(P + "/get")).isNotNull();
  }

  /** And the room is shared with what is desired; what is desired comes first. */
  @Test
  void whatHasNoRoomIsLeftOutAndCounted() {
    var columns = new ArrayList<Column>();
    var values = new ArrayList<Blocks.One>();
    for (int i = 0; i < 1_000; i++) {
      columns.add(Column.of("point_" + i, "", ValueType.INT32, 0));
      values.add(new Blocks.One(i, 1_000_000 + i, 0, "", Quality.GOOD));
    }
    current.state("big", columns, true, "", Moment.trusted(wire.now));
    current.values("big", columns, Blocks.of(values), Moment.trusted(wire.now));
    shadow.open(wire);
    JsonObject get = wire.next(P + "/get");
    JsonObject desired =
        new JsonObject()
            .put("devices", new JsonObject().put("big", new JsonObject().put("point_999", 5)));
    desired.put("note", "x".repeat(4_000));
    comes(
        "get/accepted",
        new JsonObject()
            .put("version", 1)
            .put("clientToken", get.getString("clientToken"))
            .put("state", new JsonObject().put("desired", desired)));
    JsonObject reported = reported(wire.next(P + "/update"));
    int size = new JsonObject().put("desired", desired).put("reported", reported).encode().length();
    assertThat(size).isBetween(7_900, 8 << 10);
    JsonObject points = reported.getJsonObject("devices").getJsonObject("big");
    assertThat(points.containsKey("point_999")).isTrue();
    assertThat(points.containsKey("point_0")).isTrue();
    assertThat(reported.getInteger("omitted")).isEqualTo(1_000 - points.size());
  }

  @Test
  void afterAReconnectAVersionThatWasAppliedIsNotAppliedAgain() {
    meter(10, 7);
    comes("update/accepted", created(), "{\"version\":1}");
    comes("update/delta", new JsonObject("{\"version\":5,\"state\":{\"devices\":{}}}"));
    shadow.ended();
    wire = new FakeChannel();
    shadow = shadow();
    shadow.open(wire);
    JsonObject get = wire.next(P + "/get");
    comes(
        "get/accepted",
        get,
        "{\"version\":5,\"state\":{\"desired\":{\"devices\":{\"meter\":{\"setpoint\":9}}},"
            + "\"delta\":{\"devices\":{\"meter\":{\"setpoint\":9}}}}}");
    assertThat(requests).hasSize(1);
    comes(
        "update/delta",
        new JsonObject("{\"version\":6,\"state\":{\"devices\":{\"meter\":{\"setpoint\":9}}}}"));
    assertThat(requests).hasSize(2);
  }

  /** An answer that is still on its way is about the former one. */
  @Test
  void aShadowThatSomebodyDeletesIsMadeAnewOfEverything() {
    meter(2301, 7);
    comes("update/accepted", created(), "{\"version\":1}");
    meter(2302, 7);
    wire.pass(EVERY);
    JsonObject change = wire.next(P + "/update");
    comes("delete/accepted", new JsonObject("{\"version\":2,\"timestamp\":1}"));
    JsonObject whole = wire.next(P + "/update");
    assertThat(reported(whole))
        .isEqualTo(
            new JsonObject(
                "{\"gateway\":\"plant-7\",\"up\":{\"meter\":true},\"devices\":{\"meter\":{\"power\":230.2,\"setpoint\":7}}}"));
    comes("update/accepted", change, "{\"version\":2}");
    wire.pass(EVERY);
    assertThat(wire.next()).as("an answer is owed").isNull();
    comes("update/accepted", whole, "{\"version\":3}");
    wire.pass(EVERY);
    assertThat(wire.next()).isNull();
  }

  @Test
  void aShadowThatWasDeletedCountsFromTheBeginning() {
    comes("update/accepted", created(), "{\"version\":1}");
    comes("update/delta", new JsonObject("{\"version\":50,\"state\":{\"devices\":{}}}"));
    shadow.ended();
    wire = new FakeChannel();
    shadow = shadow();
    created();
    comes("update/delta", new JsonObject("{\"version\":2,\"state\":{\"devices\":{}}}"));
    assertThat(requests).hasSize(2);
  }
}

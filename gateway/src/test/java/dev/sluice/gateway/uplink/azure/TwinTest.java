package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Desired properties are wanted once each, in order, and what came of them is reported. */
class TwinTest {

  private static final Map<String, Object> STATE =
      Map.of("devices", Map.of("m", Map.of("setpoint", new BigDecimal("21.5"))));

  private final TwinMemory memory = new TwinMemory();

  private static Answer done(String detail) {
    return new Answer(Answer.DONE, detail, STATE);
  }

  private static String whole(long version, String desired) {
    return "{\"desired\":{"
        + desired
        + (desired.isEmpty() ? "" : ",")
        + "\"$version\":"
        + version
        + "},\"reported\":{\"$version\":9}}";
  }

  private static String setpoint(String value) {
    return "\"devices\":{\"m\":{\"setpoint\":" + value + "}}";
  }

  private Hub opened() {
    var hub = new Hub(memory);
    hub.voice.open(hub);
    hub.desired.read();
    return hub;
  }

  private static long version(Hub hub, int index) {
    return ((DesiredState) hub.requests.get(index)).version();
  }

  @Test
  void theWholeIsReadFirstAndReportedWithItsVersion() {
    Hub hub = opened();
    hub.desk = request -> done("all points are so now");
    assertThat(hub.said.peek().topic()).isEqualTo("$iothub/twin/GET/?$rid=1");
    assertThat(hub.said.peek().payload().length()).isZero();
    hub.answer(200, whole(4, setpoint("21.5")));
    assertThat(hub.requests).containsExactly(new DesiredState("cloud", 4, STATE));
    assertThat(hub.next())
        .isEqualTo(
            "$iothub/twin/PATCH/properties/reported/?$rid=2 {\"devices\":{\"m\":{\"setpoint\":21.5}}"
                + ",\"desired\":{\"version\":4,\"code\":200,\"detail\":\"all points are so now\"}}");
  }

  @Test
  void whatWasReportedIsNotWantedAgainInTheNextConnection() {
    Hub first = opened();
    first.desk = request -> done("");
    first.answer(200, whole(4, setpoint("21.5")));
    first.answer(204, "");
    Hub second = opened();
    second.answer(200, whole(4, setpoint("21.5")));
    assertThat(second.requests).isEmpty();
    Hub third = opened();
    third.answer(200, whole(5, setpoint("22")));
    assertThat(third.requests).hasSize(1);
  }

  @Test
  void whatCouldNotBeReportedIsWantedAgain() {
    Hub first = opened();
    first.desk = request -> done("");
    first.answer(200, whole(4, setpoint("21.5")));
    first.voice.end(); // before the answer
    Hub second = opened();
    second.answer(200, whole(4, setpoint("21.5")));
    assertThat(second.requests).hasSize(1);
  }

  @Test
  void whatADeviceDidNotDoIsWantedAgain() {
    Hub first = opened();
    first.desk = request -> Answer.of(Answer.FAILED, "the device is down");
    first.answer(200, whole(4, setpoint("21.5")));
    first.answer(204, "");
    Hub second = opened();
    second.answer(200, whole(4, setpoint("21.5")));
    assertThat(second.requests).hasSize(1);
  }

  /** A connection can last for months. */
  @Test
  void whatADeviceDidNotDoIsWantedAgainInThisConnectionToo() {
    Hub hub = opened();
    hub.desk = request -> Answer.of(Answer.FAILED, "the device is down");
    hub.answer(200, whole(4, setpoint("21.5")));
    hub.answer(204, "");
    for (int i = 2; i < 20; i++) {
      assertThat(hub.said).as("not at once").isEmpty();
      hub.elapse();
      assertThat(hub.said.peek().topic()).startsWith("$iothub/twin/GET/");
      hub.answer(200, whole(4, setpoint("21.5")));
      assertThat(hub.requests).hasSize(i);
      hub.answer(204, "");
    }
    assertThat(hub.pauses.stream().mapToLong(Duration::toMinutes).max().orElse(0))
        .isBetween(5L, 30L);
    hub.desk = request -> done("");
    hub.elapse();
    hub.answer(200, whole(4, setpoint("21.5")));
    hub.answer(204, "");
    hub.elapse();
    assertThat(hub.said).as("done is done").isEmpty();
  }

  @Test
  void nothingDesiredIsNothingToDo() {
    Hub hub = opened();
    hub.answer(200, whole(1, ""));
    assertThat(hub.requests).isEmpty();
    assertThat(hub.said).isEmpty();
  }

  /** Those that the whole has already are dropped, the others go on in order. */
  @Test
  void changesThatComeWhileTheWholeIsReadWaitForIt() {
    Hub hub = opened();
    hub.change(4, "{" + setpoint("1") + ",\"$version\":4}");
    hub.change(5, "{" + setpoint("2") + ",\"$version\":5}");
    hub.change(6, "{" + setpoint("3") + ",\"$version\":6}");
    assertThat(hub.requests).isEmpty();
    hub.answer(200, whole(5, setpoint("2")));
    assertThat(hub.requests).hasSize(2);
    assertThat(version(hub, 0)).isEqualTo(5);
    assertThat(version(hub, 1)).isEqualTo(6);
  }

  @Test
  void aChangeThatIsMissingHasTheWholeReadAgain() {
    Hub hub = opened();
    hub.answer(200, whole(4, setpoint("1")));
    hub.change(7, "{" + setpoint("3") + "}");
    assertThat(hub.requests).as("not out of order").hasSize(1);
    assertThat(hub.said.peek().topic()).startsWith("$iothub/twin/GET/");
    hub.answer(200, whole(7, setpoint("3")));
    assertThat(version(hub, 1)).isEqualTo(7);
    assertThat(hub.requests).as("once").hasSize(2);
    hub.change(7, "{" + setpoint("3") + "}");
    hub.change(6, "{" + setpoint("2") + "}");
    assertThat(hub.requests).as("old ones are nothing").hasSize(2);
  }

  /** Of a hub whose parts do not agree: to ask it without end would be a storm. */
  @Test
  void aWholeThatIsOlderThanAChangeIsReadAgainEachTimeLater() {
    Hub hub = opened();
    hub.desk = request -> done("");
    hub.answer(200, whole(4, setpoint("1")));
    hub.answer(204, "");
    hub.change(7, "{" + setpoint("3") + "}");
    hub.answer(200, whole(4, setpoint("1")));
    for (int i = 0; i < 20; i++) {
      assertThat(hub.said).as("not at once").isEmpty();
      hub.later.remove(hub.later.size() - 1).run();
      hub.answer(200, whole(4, setpoint("1")));
    }
    assertThat(hub.pauses.stream().mapToLong(Duration::toSeconds).max().orElse(0))
        .isGreaterThan(60);
    hub.later.remove(hub.later.size() - 1).run();
    hub.answer(200, whole(7, setpoint("3")));
    assertThat(version(hub, 1)).isEqualTo(7);
    hub.answer(204, "");
    hub.change(9, "{" + setpoint("4") + "}");
    assertThat(hub.said.peek().topic()).as("at once").startsWith("$iothub/twin/GET/");
    hub.answer(200, whole(9, setpoint("4")));
    assertThat(hub.requests).as("each once").hasSize(3);
  }

  @Test
  void whatIsWantedNoMoreIsNotWritten() {
    Hub hub = opened();
    hub.answer(200, whole(1, ""));
    hub.change(2, "{\"devices\":{\"m\":{\"setpoint\":null},\"n\":null},\"$version\":2}");
    assertThat(hub.requests)
        .containsExactly(new DesiredState("cloud", 2, Map.of("devices", Map.of("m", Map.of()))));
  }

  @Test
  void aMalformedChangeIsReportedAsSuchAndTheNextOneIsTaken() {
    Hub hub = opened();
    hub.answer(200, whole(1, ""));
    assertThat(hub.change(2, "{\"devices\":")).isEqualTo(Verdict.MALFORMED);
    assertThat(hub.said.peek().payload().toString()).contains("\"version\":2,\"code\":400");
    hub.answer(204, "");
    assertThat(hub.change(3, "{" + setpoint("3") + "}")).isEqualTo(Verdict.TAKEN);
    assertThat(version(hub, 0)).isEqualTo(3);
  }

  @Test
  void anErrorIsReportedAndTakenAwayOnceItIsOver() {
    Hub hub = opened();
    var failed = new TreeMap<String, Object>(STATE);
    failed.put("errors", Map.of("m/limit", "not writable"));
    hub.desk = request -> new Answer(Answer.REFUSED, "m/limit: not writable", failed);
    hub.answer(200, whole(4, setpoint("21.5")));
    assertThat(hub.said.peek().payload().toString())
        .contains("\"errors\":{\"m/limit\":\"not writable\"}");
    hub.answer(204, "");
    hub.desk =
        request ->
            new Answer(
                Answer.DONE, "", Map.of("devices", Map.of("m", Map.of("limit", BigDecimal.ONE))));
    hub.change(5, "{\"devices\":{\"m\":{\"limit\":1}}}");
    assertThat(hub.said.peek().payload().toString()).contains("\"errors\":{\"m/limit\":null}");
  }

  @Test
  void aBusyHubIsAskedAgainLaterAndEachTimeLaterStill() {
    Hub hub = opened();
    for (int i = 0; i < 12; i++) {
      hub.answer(429, "");
      assertThat(hub.said).isEmpty();
      hub.elapse();
    }
    assertThat(hub.pauses)
        .filteredOn(pause -> !pause.equals(Duration.ofSeconds(30)))
        .hasSize(12)
        .allMatch(pause -> pause.compareTo(Duration.ofMinutes(5)) <= 0)
        .anyMatch(pause -> pause.compareTo(Duration.ofSeconds(60)) > 0);
    hub.answer(200, whole(1, ""));
    assertThat(hub.said).isEmpty();
  }

  @Test
  void aHubThatDoesNotAnswerIsAskedAgain() {
    Hub hub = opened();
    hub.said.clear();
    hub.elapse(); // its patience
    hub.elapse(); // the pause
    assertThat(hub.said.peek().topic()).isEqualTo("$iothub/twin/GET/?$rid=2");
  }

  /** Of the limits of a twin: the summary is told all the same. */
  @Test
  void whatTheHubDoesNotTakeIsToldInBrief() {
    Hub hub = opened();
    hub.desk = request -> done("all");
    hub.answer(200, whole(4, setpoint("21.5")));
    hub.answer(400, "{\"message\":\"too large\"}");
    assertThat(hub.said.peek().payload().toString())
        .isEqualTo("{\"desired\":{\"version\":4,\"code\":200,\"detail\":\"all\"}}");
    hub.answer(400, "");
    assertThat(hub.said).isEmpty();
    assertThat(hub.complaints.counts()).containsOnly(Map.entry("twin_report_refused", 2L));
  }

  @Test
  void oneQuestionIsOpenAtATime() {
    Hub hub = opened();
    hub.desk = request -> done("" + ((DesiredState) request).version());
    hub.answer(200, whole(4, setpoint("1")));
    hub.change(5, "{" + setpoint("2") + "}");
    assertThat(hub.said).hasSize(1);
    hub.answer(204, "");
    assertThat(hub.next()).contains("\"version\":5");
  }
}

package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.uplink.connector.AzureOptions.Receives;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Direct methods and cloud-to-device messages: commands that are answered whatever they are. */
class CommandsTest {

  private static final String WRITE = "{\"device\":\"m\",\"point\":\"p\",\"value\":1}";
  private static final Map<String, Object> PARAMETERS =
      Map.of("device", "m", "point", "p", "value", BigDecimal.ONE);

  private final Hub hub = new Hub(new TwinMemory());
  private final Inbox all = inbox(Receives.ALL);

  private Inbox inbox(Receives receives) {
    return hub.inbox(receives, new Unsettled());
  }

  private Verdict received(String topic, String body) {
    return all.received(Hub.message(topic, body));
  }

  private Verdict method(String name, String body) {
    return received("$iothub/methods/POST/" + name + "/?$rid=a1", body);
  }

  private Verdict letter(String bag, String body) {
    return received("devices/plant-7/messages/devicebound/" + bag, body);
  }

  @Test
  void aMethodBecomesACommandAndItsAnswerAStatus() {
    hub.voice.open(hub);
    assertThat(method("write", WRITE)).isEqualTo(Verdict.TAKEN);
    Command command = (Command) hub.requests.get(0);
    assertThat(command.name()).isEqualTo("write");
    assertThat(command.id()).isEmpty();
    assertThat(command.parameters()).isEqualTo(PARAMETERS);
    assertThat(command.expiresMillis() - System.currentTimeMillis()).isBetween(1L, 30_000L);
    hub.owed.remove().complete(Answer.of(Answer.DONE, "the device confirmed it"));
    assertThat(hub.next())
        .isEqualTo("$iothub/methods/res/200/?$rid=a1 {\"detail\":\"the device confirmed it\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}"})
  void aMethodMayHaveNoParameters(String body) {
    method("reboot", body);
    assertThat(((Command) hub.requests.get(0)).parameters()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1]", "1", "{}x", "\"a\"", "\u00ff"})
  void aMethodWithoutAnObjectIsAnsweredAllTheSame(String body) {
    hub.voice.open(hub);
    assertThat(method("write", body)).isEqualTo(Verdict.MALFORMED);
    assertThat(hub.requests).isEmpty();
    assertThat(hub.next()).startsWith("$iothub/methods/res/400/?$rid=a1 {\"detail\":");
  }

  /** A kept session brings calls before the connection stands for us. */
  @Test
  void anAnswerWaitsUntilTheConnectionStands() {
    hub.desk = request -> Answer.of(Answer.UNKNOWN, "no");
    method("reboot", "");
    assertThat(hub.said).isEmpty();
    hub.voice.open(hub);
    assertThat(hub.next()).startsWith("$iothub/methods/res/404/?$rid=a1");
  }

  @Test
  void anAnswerToWhoIsGoneIsNotSent() {
    hub.voice.open(hub);
    method("write", WRITE);
    hub.voice.end();
    hub.owed.remove().complete(Answer.of(Answer.DONE, ""));
    assertThat(hub.said).isEmpty();
  }

  @Test
  void anAnswerThatIsTooLargeIsReplaced() {
    hub.voice.open(hub);
    hub.desk = request -> Answer.of(Answer.DONE, "x".repeat(200_000));
    method("write", WRITE);
    assertThat(hub.next().length()).isLessThan(200);
  }

  @Test
  void aMessageBecomesACommandWithItsIdAndExpiry() {
    hub.voice.open(hub);
    hub.desk = request -> Answer.of(Answer.REPEATED, "said before");
    String bag =
        "%24.mid=a%2F1&%24.to=%2Fdevices%2Fplant-7&%24.exp=2030-01-01T00%3A00%3A00.1230000Z&x";
    assertThat(letter(bag, WRITE)).isEqualTo(Verdict.TAKEN);
    assertThat(hub.requests)
        .containsExactly(new Command("cloud", "a/1", 1_893_456_000_123L, "write", PARAMETERS));
    assertThat(hub.next())
        .startsWith(
            "devices/plant-7/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8"
                + "&%24.cid=a%2F1&kind=answer ")
        .contains("\"id\":\"a/1\",\"code\":409,\"detail\":\"said before\"");
  }

  @Test
  void aMessageMayNameAnotherCommand() {
    letter("command=reboot", "{}");
    assertThat(hub.requests).containsExactly(new Command("cloud", "", 0, "reboot", Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"%24.mid=1&%24.exp=tomorrow, {}", "%24.mid=1, go", "a=%2, {}", "%24.mid=1, ''"})
  void aMessageThatIsNotUnderstoodIsAnsweredAndNotCarriedOut(String bag, String body) {
    hub.voice.open(hub);
    assertThat(letter(bag, body)).isEqualTo(Verdict.MALFORMED);
    assertThat(hub.requests).isEmpty();
    assertThat(hub.next()).contains("\"code\":400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "devices/plant-8/messages/devicebound/",
        "$iothub/methods/GET/write/?$rid=1",
        "sluice/command"
      })
  void anotherTopicMeansNothing(String topic) {
    assertThat(received(topic, WRITE)).isEqualTo(Verdict.UNKNOWN_TOPIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$iothub/methods/POST/write",
        "$iothub/methods/POST/a/b/?$rid=1",
        "$iothub/methods/POST/write/?$rid=",
        "$iothub/twin/res/x",
        "$iothub/twin/PATCH/properties/desired/?$version=x",
        "$iothub/twin/PATCH/properties/desired/?$version=99999999999999999999"
      })
  void aTopicThatIsBrokenIsMalformed(String topic) {
    assertThat(received(topic, "{}")).isEqualTo(Verdict.MALFORMED);
    assertThat(hub.requests).isEmpty();
    assertThat(hub.complaints.count("malformed_message")).isEqualTo(1);
  }

  /** Too large, or too many: the gate says why, and whoever asked hears it. */
  @ParameterizedTest
  @CsvSource({
    "$iothub/methods/POST/write/?$rid=a1, $iothub/methods/res/413/?$rid=a1",
    "devices/plant-7/messages/devicebound/%24.mid=a, %24.cid=a&kind=answer",
    "devices/plant-7/messages/devicebound/a=%2, kind=answer"
  })
  void whatIsNotLetInIsAnswered(String topic, String answer) {
    hub.voice.open(hub);
    all.refused(Hub.message(topic, WRITE), Answer.of(Answer.TOO_LARGE, "more than 1024"));
    assertThat(hub.next()).contains(answer).contains("more than 1024");
    assertThat(hub.requests).isEmpty();
    assertThat(hub.said).isEmpty();
  }

  /** Nobody waits for an answer: what was missed is read with the whole. */
  @Test
  void desiredPropertiesThatWereNotLetInAreReadLaterAndOnce() {
    hub.voice.open(hub);
    for (int i = 2; i < 5; i++) {
      all.refused(
          Hub.message("$iothub/twin/PATCH/properties/desired/?$version=" + i, "{}"),
          Answer.of(Answer.TOO_MANY, ""));
    }
    all.refused(Hub.message("$iothub/twin/res/200/?$rid=1", "{}"), Answer.of(Answer.TOO_MANY, ""));
    assertThat(hub.said).isEmpty();
    hub.elapse();
    assertThat(hub.next()).startsWith("$iothub/twin/GET/?$rid=");
    assertThat(hub.said).isEmpty();
  }

  @Test
  void aTierWithoutThemIsNotAskedForThem() {
    assertThat(inbox(new Receives(false, false, false)).subscriptions()).isEmpty();
    assertThat(inbox(Receives.ALL).subscriptions())
        .containsExactly(
            "devices/plant-7/messages/devicebound/#",
            "$iothub/methods/POST/#",
            "$iothub/twin/res/#",
            "$iothub/twin/PATCH/properties/desired/#");
    Inbox deaf = inbox(new Receives(false, false, false));
    assertThat(deaf.received(Hub.message("$iothub/methods/POST/write/?$rid=1", WRITE)))
        .isEqualTo(Verdict.UNKNOWN_TOPIC);
  }
}

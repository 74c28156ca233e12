package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.uplink.connector.AzureOptions.Receives;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Receipt;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The acknowledgment of a cloud-to-device message completes it at the hub: none may come early. */
class DeviceMessagesTest {

  private static final Answer DONE = Answer.of(Answer.DONE, "the device confirmed it");

  private final Unsettled unsettled = new Unsettled();
  private final List<String> acknowledged = new ArrayList<>();
  private Hub hub;
  private Inbox inbox;

  /** Another connection. */
  private void connect() {
    hub = new Hub(new TwinMemory());
    hub.voice.open(hub);
    inbox = hub.inbox(Receives.ALL, unsettled);
  }

  private Verdict letter(String id) {
    String bag = id.isEmpty() ? "" : "%24.mid=" + id;
    var receipt = new Receipt(() -> acknowledged.add(id));
    String topic = "devices/plant-7/messages/devicebound/" + bag;
    Verdict verdict = inbox.received(new Incoming(topic, Buffer.buffer("{}"), false, receipt));
    receipt.heard(); // as a session does
    return verdict;
  }

  private List<String> asked() {
    return hub.requests.stream().map(request -> ((Command) request).id()).toList();
  }

  @Test
  void aMessageIsAcknowledgedWhenTheHubHasItsAnswer() {
    connect();
    hub.slow = true;
    letter("a");
    assertThat(acknowledged).as("under way").isEmpty();
    hub.owed.remove().complete(DONE);
    assertThat(hub.next()).contains("\"id\":\"a\",\"code\":200");
    assertThat(acknowledged).as("answered").isEmpty();
    hub.arriving.remove().complete();
    assertThat(acknowledged).containsExactly("a");
  }

  /** Who could know it again? And twice is worse than not at all. */
  @Test
  void oneWithoutAnIdIsAcknowledgedBeforeItIsCarriedOut() {
    connect();
    letter("");
    assertThat(acknowledged).containsExactly("");
    letter("");
    assertThat(acknowledged).as("not before its turn").hasSize(1);
    hub.owed.remove().complete(DONE);
    assertThat(acknowledged).hasSize(2);
  }

  @Test
  void whatComesAtOnceIsCarriedOutOneAfterTheOther() {
    connect();
    for (int i = 0; i < 50; i++) {
      assertThat(letter("m" + i)).isEqualTo(Verdict.TAKEN);
    }
    for (int i = 0; i < 50; i++) {
      assertThat(hub.owed).hasSize(1);
      assertThat(acknowledged).hasSize(i);
      hub.owed.remove().complete(DONE);
    }
    assertThat(acknowledged).hasSize(50).doesNotHaveDuplicates();
    assertThat(asked()).isEqualTo(acknowledged);
  }

  @Test
  void tooManyAreAnsweredAndNotKept() {
    connect();
    for (int i = 0; i < 100; i++) {
      letter("m" + i);
    }
    assertThat(hub.said).hasSize(36).allMatch(each -> each.payload().toString().contains("429"));
  }

  /** Nobody else would try it again: to the hub, what is answered is done. */
  @Test
  void whatIsRefusedForItsRateIsTriedAgainLater() {
    connect();
    letter("a");
    letter("b");
    for (int i = 0; i < 3; i++) {
      hub.owed.remove().complete(Answer.of(Answer.TOO_MANY, "not so fast"));
      assertThat(hub.owed).as("not at once").isEmpty();
      hub.later.remove(hub.later.size() - 1).run();
    }
    assertThat(acknowledged).isEmpty();
    assertThat(hub.said).isEmpty();
    hub.owed.remove().complete(DONE);
    assertThat(acknowledged).containsExactly("a");
    for (int i = 0; i < 9; i++) {
      hub.owed.remove().complete(Answer.of(Answer.TOO_MANY, "not so fast"));
      hub.later.remove(hub.later.size() - 1).run();
    }
    hub.owed.remove().complete(Answer.of(Answer.TOO_MANY, "not so fast"));
    assertThat(acknowledged).as("not for ever").containsExactly("a", "b");
    assertThat(hub.said.getLast().payload().toString()).contains("\"id\":\"b\",\"code\":429");
  }

  @Test
  void whatTakesTooLongHoldsUpTheConnectionNoLonger() {
    connect();
    letter("a");
    letter("b");
    hub.elapse();
    assertThat(acknowledged).containsExactly("a");
    hub.owed.remove().complete(DONE);
    assertThat(acknowledged).containsExactly("a");
    assertThat(hub.next()).contains("\"id\":\"a\",\"code\":200");
    assertThat(asked()).containsExactly("a", "b");
    assertThat(hub.complaints.count("acknowledged_unanswered")).isEqualTo(1);
  }

  /** The hub brings it again, also while the first is still under way. */
  @Test
  void afterALostConnectionTheAnswerIsThatToTheFirst() {
    connect();
    letter("a");
    letter("b");
    var first = hub.owed.remove();
    hub.voice.end();
    connect();
    letter("a");
    letter("b");
    assertThat(asked()).as("not carried out again").isEmpty();
    first.complete(DONE);
    assertThat(hub.next()).contains("\"id\":\"a\",\"code\":200");
    assertThat(acknowledged).containsExactly("a");
    assertThat(asked()).as("which had not begun").containsExactly("b");
    hub.owed.remove().complete(DONE);
    assertThat(acknowledged).containsExactly("a", "b");

    letter("a");
    assertThat(asked()).as("somebody says it anew").containsExactly("b", "a");
  }

  @Test
  void oneThatComesTwiceAtOnceIsCarriedOutOnce() {
    connect();
    letter("a");
    letter("a");
    assertThat(acknowledged).isEmpty();
    hub.owed.remove().complete(DONE);
    assertThat(asked()).containsExactly("a");
    assertThat(acknowledged).containsExactly("a", "a");
    assertThat(hub.said).hasSize(1);
  }

  /** A hub keeps 50; this would be another one's fault. */
  @Test
  void whatIsNotSettledHasABound() {
    int asked = 0;
    for (int i = 0; i < 1_000; i++) {
      unsettled.answer("m" + i, Future::succeededFuture);
    }
    for (int i = 0; i < 1_000; i++) {
      var again = new ArrayList<String>();
      unsettled.answer(
          "m" + i,
          () -> {
            again.add("");
            return Future.succeededFuture(DONE);
          });
      asked += again.size();
    }
    assertThat(asked).isPositive();
  }

  @Test
  void anIdThatIsNoneIsNotRepeatedAsOne() {
    connect();
    hub.desk = request -> DONE;
    letter("");
    letter("x".repeat(129));
    assertThat(hub.said).hasSize(2).noneMatch(each -> each.topic().contains("cid"));
  }
}

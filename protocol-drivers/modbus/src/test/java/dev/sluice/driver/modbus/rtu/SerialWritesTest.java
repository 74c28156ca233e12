package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.codec.WriteRequest;
import dev.sluice.driver.modbus.identity.Identities;
import dev.sluice.driver.modbus.plan.Answer;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are confirmed by a copy of themselves, and replies that tell their length late. */
class SerialWritesTest {

  private static final PollRequest PATIENT =
      new PollRequest(PollClass.WRITE, SerialRig.PATIENT_MILLIS * 1_000_000);
  private static final PollRequest SHORT = new PollRequest(PollClass.WRITE, 300_000_000);

  private static List<Request> selfAnswered() {
    return List.of(
        WriteRequest.coil(7, true), WriteRequest.register(100, 77), WriteRequest.mask(3, 1, 2));
  }

  private static Future<Answer> send(SerialRig rig, Request request, PollRequest how) {
    return rig.on(() -> rig.link.send(rig.unit(5), request, how));
  }

  private static PollFailure refusal(Future<Answer> answer) {
    Throwable cause = await(answer.transform(end -> Future.succeededFuture(end.cause())));
    if (cause instanceof PollException refusal) {
      return refusal.failure();
    }
    throw new AssertionError("expected a PollException, found " + cause, cause);
  }

  private static boolean isRead(PtySlave.Asked asked) {
    return asked.function() == 3;
  }

  @Test
  void aWriteIsConfirmedByItsCopy() {
    try (var rig =
        new SerialRig(asked -> asked.send(isRead(asked) ? asked.reply() : asked.frame()))) {
      await(send(rig, WriteRequest.register(100, 77), PATIENT));
      await(send(rig, WriteRequest.coil(7, true), PATIENT));
      assertThat(rig.slave.requests()).as("one read told that there is no echo").isEqualTo(3);
    }
  }

  @Test
  void theEchoOfAnAdapterConfirmsNothing() throws InterruptedException {
    var written = new LinkedBlockingQueue<Integer>();
    try (var rig =
        new SerialRig(
            asked -> {
              asked.send(asked.frame()); // the adapter hears itself; the device is deaf to writes
              if (isRead(asked)) {
                asked.send(asked.reply());
              } else {
                written.add(asked.function());
              }
            })) {
      for (Request request : selfAnswered()) {
        assertThat(refusal(send(rig, request, SHORT))).isEqualTo(PollFailure.TIMEOUT);
      }
      for (int function : List.of(5, 6, 22)) {
        assertThat(written.poll(10, TimeUnit.SECONDS)).isEqualTo(function);
      }
      assertThat(written).isEmpty();
    }
  }

  @Test
  void behindTheEchoTheConfirmationIsHeard() {
    try (var rig =
        new SerialRig(
            asked -> asked.send(asked.frame(), isRead(asked) ? asked.reply() : asked.frame()))) {
      for (Request request : selfAnswered()) {
        await(send(rig, request, PATIENT));
      }
    }
  }

  @Test
  void whereItCannotBeToldWhetherThereIsAnEchoNothingIsWritten() {
    var written = new CopyOnWriteArrayList<Integer>();
    try (var rig =
        new SerialRig(
            asked -> {
              if (isRead(asked)) {
                asked.send(asked.reply(), new byte[] {1, 2, 3}); // never a clean reply
              } else {
                written.add(asked.function());
                asked.send(asked.frame());
              }
            })) {
      assertThat(refusal(send(rig, WriteRequest.register(100, 77), PATIENT)))
          .isEqualTo(PollFailure.BUSY);
      assertThat(written).isEmpty();
    }
  }

  @Test
  void aConfirmationOfAnotherValueIsToldAndOfAnotherAddressIsNone() {
    try (var rig =
        new SerialRig(
            asked -> {
              byte[] body = Arrays.copyOf(asked.frame(), asked.frame().length - 2);
              body[asked.address() == 100 ? 5 : 3] ^= 1;
              asked.send(isRead(asked) ? asked.reply() : PtySlave.withCrc(body));
            })) {
      assertThat(refusal(send(rig, WriteRequest.register(100, 77), PATIENT)))
          .isEqualTo(PollFailure.BAD_REPLY);
      assertThat(refusal(send(rig, WriteRequest.register(101, 77), SHORT)))
          .isEqualTo(PollFailure.TIMEOUT);
    }
  }

  private static byte[] identification() {
    byte[] head = {5, 0x2B, 0x0E, 1, 1, 0, 0, 3};
    byte[] all = Arrays.copyOf(head, 64);
    int at = head.length;
    for (String text : List.of("Sluice Works", "PM-53", "V2.11")) {
      byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
      all[at] = (byte) List.of("Sluice Works", "PM-53", "V2.11").indexOf(text);
      all[at + 1] = (byte) characters.length;
      System.arraycopy(characters, 0, all, at + 2, characters.length);
      at += 2 + characters.length;
    }
    return PtySlave.withCrc(Arrays.copyOf(all, at));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void aDeviceSaysWhoItIsHoweverItsReplyIsCut(int piece) {
    try (var rig =
        new SerialRig(
            Echo.NO,
            Duration.ofSeconds(5),
            asked -> {
              byte[] reply = identification();
              for (int at = 0; at < reply.length; at += piece) {
                asked.send(Arrays.copyOfRange(reply, at, Math.min(at + piece, reply.length)));
              }
            })) {
      Map<String, String> identity =
          await(rig.on(() -> Identities.of(rig.link, rig.unit(5), PATIENT)));

      assertThat(identity)
          .containsExactly(
              Map.entry("vendor", "Sluice Works"),
              Map.entry("product", "PM-53"),
              Map.entry("revision", "V2.11"));
    }
  }

  @Test
  void aServerIdThatIsTextIsShownAsText() {
    try (var rig =
        new SerialRig(
            asked -> {
              byte[] body = {5, 17, 7, 'P', 'M', '-', '5', '3', '0', (byte) 0xFF};
              asked.send(asked.function() == 17 ? PtySlave.withCrc(body) : asked.exception(1));
            })) {
      assertThat(await(rig.on(() -> Identities.of(rig.link, rig.unit(5), PATIENT))))
          .containsExactly(Map.entry("server", "PM-530"));
    }
  }

  @Test
  void aDeviceThatDoesNotKnowIdentificationIsAskedForItsServerId() {
    try (var rig =
        new SerialRig(
            asked -> {
              byte[] body = {5, 17, 6, 9, (byte) 0xFF, 'P', 'M', '5', '3'};
              asked.send(asked.function() == 17 ? PtySlave.withCrc(body) : asked.exception(1));
            })) {
      Map<String, String> identity =
          await(rig.on(() -> Identities.of(rig.link, rig.unit(5), PATIENT)));

      assertThat(identity)
          .containsEntry("server id", "9")
          .containsEntry("running", "yes")
          .containsEntry("more", "PM53");
    }
  }
}

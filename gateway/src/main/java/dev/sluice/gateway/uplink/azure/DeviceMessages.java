package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Receipt;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Cloud-to-device messages: one is a command, {@code write} unless its property {@code command}
 * says otherwise, with the body as its parameters. MQTT has no answer to them, so what came of one
 * is told among the telemetry, of kind {@code answer}.
 *
 * <p>The hub keeps them while the gateway is away, and until they are acknowledged. That is done
 * when it has the answer, so whatever ends in between, it brings the message again. One without an
 * id is acknowledged before it is carried out: nobody could know it again, and no command may be
 * carried out twice. They come all at once after an absence, and are carried out one by one.
 */
final class DeviceMessages {

  private static final String USUAL = "write";
  private static final int MOST_DEEP = 10;

  /** Of an id, for the vendor. */
  private static final int LONGEST_ID = 128;

  /** A hub keeps 50 for a device. */
  private static final int MOST_WAITING = 64;

  /** For the answer; the hub itself waits for a minute, and what comes behind waits, too. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int LONGEST_PAUSE = 5_000;
  private static final int MOST_ATTEMPTS = 10;

  private record Letter(Command command, List<Receipt> receipts) {

    void acknowledge() {
      receipts.forEach(Receipt::send);
    }
  }

  private final String uplink;
  private final String gateway;
  private final String device;
  private final Requests requests;
  private final Voice voice;
  private final Complaints complaints;
  private final Unsettled unsettled;
  private final RandomGenerator random;
  private final Deque<Letter> waiting = new ArrayDeque<>();

  /**
   * Those of one connection.
   *
   * @param unsettled of all connections
   */
  DeviceMessages(
      String uplink,
      String gateway,
      String device,
      Requests requests,
      Voice voice,
      Complaints complaints,
      Unsettled unsettled,
      RandomGenerator random) {
    this.uplink = uplink;
    this.gateway = gateway;
    this.device = device;
    this.requests = requests;
    this.voice = voice;
    this.complaints = complaints;
    this.unsettled = unsettled;
    this.random = random;
  }

  /** Where those to a device come, before their property bag. */
  static String topic(String device) {
    return "devices/" + device + "/messages/devicebound/";
  }

  Verdict came(Incoming message) {
    String id = "";
    try {
      Map<String, @Nullable String> bag =
          PropertyBag.decode(message.topic().substring(topic(device).length()));
      id = text(bag, "$.mid", "");
      long expires = expires(text(bag, "$.exp", ""));
      String name = text(bag, "command", USUAL);
      Map<String, Object> body = Documents.read(message.payload(), MOST_DEEP);
      queue(new Command(uplink, id, expires, name, body), message.receipt());
      return Verdict.TAKEN;
    } catch (DocumentException | IllegalArgumentException e) {
      String found = String.valueOf(e.getMessage());
      var unused = tell(id, Answer.of(Answer.MALFORMED, found));
      return Inbox.malformed(complaints, topic(device), found);
    }
  }

  /**
   * It was not let in. It is answered and acknowledged: one that is not holds back the
   * acknowledgements of all behind it (MQTT 3.1.1, 4.6), and one that is too large would come again
   * and again.
   */
  void refused(Incoming message, Answer why) {
    String id;
    try {
      id = text(PropertyBag.decode(message.topic().substring(topic(device).length())), "$.mid", "");
    } catch (IllegalArgumentException e) {
      id = ""; // nobody will know which one it was
    }
    var unused = tell(id, why);
  }

  private void queue(Command command, Receipt receipt) {
    String id = command.id();
    for (Letter before : waiting) {
      if (!id.isEmpty() && before.command().id().equals(id)) {
        receipt.putOff();
        before.receipts().add(receipt);
        return;
      }
    }
    if (waiting.size() >= MOST_WAITING) {
      var unused = tell(id, Answer.of(Answer.TOO_MANY, MOST_WAITING + " messages wait already"));
      return;
    }
    receipt.putOff();
    waiting.add(new Letter(command, new ArrayList<>(List.of(receipt))));
    if (waiting.size() == 1) {
      begin();
    }
  }

  private void begin() {
    Letter letter = waiting.peek();
    if (letter == null || voice.isOver()) {
      return; // what waits is brought again
    }
    String id = letter.command().id();
    if (id.isEmpty()) {
      letter.acknowledge();
    }
    voice.later(
        PATIENCE,
        () -> {
          if (letter.equals(waiting.peek())) {
            complaints.add(
                "acknowledged_unanswered",
                topic(device) + id,
                "no answer within " + PATIENCE.toSeconds() + " s");
            letter.acknowledge();
          }
        });
    carryOut(letter, 1);
  }

  /** What is refused because of its rate only is tried again: nobody else would do that. */
  private void carryOut(Letter letter, int attempt) {
    String id = letter.command().id();
    unsettled
        .answer(id, () -> requests.take(letter.command()))
        .onSuccess(
            answer -> {
              if (answer.code() == Answer.TOO_MANY && attempt < MOST_ATTEMPTS) {
                unsettled.forget(id);
                voice.later(pause(attempt), () -> carryOut(letter, attempt + 1));
              } else {
                tell(id, answer).onSuccess(arrived -> done(letter));
              }
            });
  }

  private Duration pause(int attempt) {
    int most = Math.min(LONGEST_PAUSE, 200 << attempt);
    return Duration.ofMillis(most / 2 + random.nextInt(most / 2));
  }

  private void done(Letter letter) {
    letter.acknowledge();
    unsettled.forget(letter.command().id());
    waiting.remove();
    begin();
  }

  private static String text(Map<String, @Nullable String> bag, String name, String otherwise) {
    String found = bag.get(name);
    return found == null || found.isEmpty() ? otherwise : found;
  }

  /** Milliseconds since 1970; 0 for never. */
  private static long expires(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("$.exp is no time, as in 2030-01-31T12:00:00Z", e);
    }
  }

  /** Completes when the hub has it. */
  private Future<Void> tell(String id, Answer answer) {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", id);
    body.put("code", answer.code());
    body.put("detail", answer.detail());
    boolean fits = !id.isEmpty() && id.length() <= LONGEST_ID;
    return voice.say(
        Telemetry.events(device)
            + PropertyBag.entry("$.ct", "application/json")
            + "&"
            + PropertyBag.entry("$.ce", "utf-8")
            + (fits ? "&" + PropertyBag.entry("$.cid", id) : "")
            + "&kind=answer",
        Documents.write(Map.of("schema", 1, "gateway", gateway, "answer", body)));
  }
}

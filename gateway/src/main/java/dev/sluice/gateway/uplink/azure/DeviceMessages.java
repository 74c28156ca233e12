package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cloud-to-device messages: one is a command, {@code write} unless its property {@code command}
 * says otherwise, with the body as its parameters. The hub keeps them while the gateway is away.
 * MQTT has no answer to them, so what came of one is told among the telemetry, of kind {@code
 * answer}.
 */
final class DeviceMessages {

  private static final String USUAL = "write";
  private static final int MOST_DEEP = 10;

  private final String uplink;
  private final String gateway;
  private final String device;
  private final Requests requests;
  private final Voice voice;
  private final Untaken untaken;

  DeviceMessages(
      String uplink,
      String gateway,
      String device,
      Requests requests,
      Voice voice,
      Untaken untaken) {
    this.uplink = uplink;
    this.gateway = gateway;
    this.device = device;
    this.requests = requests;
    this.voice = voice;
    this.untaken = untaken;
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
      String known = id;
      requests
          .take(
              new Command(uplink, id, expires, name, Documents.read(message.payload(), MOST_DEEP)))
          .onSuccess(answer -> answer(known, answer));
      return Verdict.TAKEN;
    } catch (DocumentException | IllegalArgumentException e) {
      String found = String.valueOf(e.getMessage());
      answer(id, Answer.of(Answer.MALFORMED, found));
      return untaken.malformed(topic(device), found);
    }
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

  private void answer(String id, Answer answer) {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", id);
    body.put("code", answer.code());
    body.put("detail", answer.detail());
    voice.say(
        Telemetry.events(device)
            + PropertyBag.entry("$.ct", "application/json")
            + "&"
            + PropertyBag.entry("$.ce", "utf-8")
            + "&"
            + PropertyBag.entry("$.cid", id)
            + "&kind=answer",
        Documents.write(Map.of("schema", 1, "gateway", gateway, "answer", body)));
  }
}

package dev.sluice.gateway.uplink.azure;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Direct methods: each is answered, with a status and a body, whatever it is. */
final class MethodCalls {

  /** Where they come. */
  static final String CALLS = "$iothub/methods/POST/#";

  private static final Pattern CALL =
      Pattern.compile("\\$iothub/methods/POST/([^/]{1,100})/\\?\\$rid=([0-9A-Za-z-]{1,64})");

  /** Who calls waits so long unless he says otherwise, which the hub does not tell. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MOST_DEEP = 10;
  private static final int MOST_BYTES = 128 << 10;

  private final String uplink;
  private final Requests requests;
  private final TimeSource time;
  private final Voice voice;
  private final Complaints complaints;

  MethodCalls(
      String uplink, Requests requests, TimeSource time, Voice voice, Complaints complaints) {
    this.uplink = uplink;
    this.requests = requests;
    this.time = time;
    this.voice = voice;
    this.complaints = complaints;
  }

  Verdict called(Incoming message) {
    Matcher call = CALL.matcher(message.topic());
    if (!call.matches()) {
      return Inbox.malformed(complaints, message.topic(), "no call of a method");
    }
    String id = call.group(2);
    Map<String, Object> parameters;
    try {
      parameters = parameters(message.payload());
    } catch (DocumentException e) {
      String found = String.valueOf(e.getMessage());
      answer(id, Answer.of(Answer.MALFORMED, found));
      return Inbox.malformed(complaints, message.topic(), found);
    }
    // The hub calls once: there is no id by which a repetition could be known.
    requests
        .take(new Command(uplink, "", expiry(), call.group(1), parameters))
        .onSuccess(answer -> answer(id, answer));
    return Verdict.TAKEN;
  }

  /** It was not let in. */
  void refused(Incoming message, Answer why) {
    Matcher call = CALL.matcher(message.topic());
    if (call.matches()) {
      answer(call.group(2), why);
    }
  }

  /** A method may be called with nothing. */
  private static Map<String, Object> parameters(Buffer payload) throws DocumentException {
    boolean nothing = payload.length() == 0 || Documents.readAny(payload, MOST_DEEP) == null;
    return nothing ? Map.of() : Documents.read(payload, MOST_DEEP);
  }

  /** With a clock that nobody trusts none can be said. */
  private long expiry() {
    return time.trusted() ? time.millis() + PATIENCE.toMillis() : 0;
  }

  private void answer(String id, Answer answer) {
    Buffer body = Documents.write(answer.body());
    if (body.length() > MOST_BYTES) {
      body = Documents.write(Map.of("detail", "the answer is larger than a hub takes"));
    }
    var unused = voice.say("$iothub/methods/res/" + answer.code() + "/?$rid=" + id, body);
  }
}

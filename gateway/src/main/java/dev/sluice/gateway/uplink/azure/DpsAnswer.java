package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the provisioning service.
 *
 * @param status as of HTTP
 * @param pause before the next question
 * @param body empty when it could not be read
 */
record DpsAnswer(int status, Duration pause, Map<String, Object> body) {

  private static final Pattern TOPIC =
      Pattern.compile("\\$dps/registrations/res/(\\d{3})/\\?(.{1,500})");

  /** When the service does not say how long; as the vendor's clients. */
  private static final int USUAL_WAIT = 3;

  /** Nobody means more; it is asked again then. */
  private static final int LONGEST_WAIT = 3_600;

  private static final int MOST_DEEP = 10;
  private static final int SHOWN = 300;

  /** Whether a message answers the question with this id. */
  static boolean answers(Incoming message, String id) {
    Matcher topic = TOPIC.matcher(message.topic());
    return topic.matches() && List.of(topic.group(2).split("&", -1)).contains("$rid=" + id);
  }

  static DpsAnswer of(Incoming message) {
    Matcher topic = TOPIC.matcher(message.topic());
    if (!topic.matches()) {
      throw new IllegalStateException("BUG: no answer: " + message.topic());
    }
    int seconds = USUAL_WAIT;
    for (String field : topic.group(2).split("&", -1)) {
      if (field.matches("retry-after=\\d{1,6}")) {
        seconds = Integer.parseInt(field.substring(field.indexOf('=') + 1));
      }
    }
    Map<String, Object> body;
    try {
      body = Documents.read(message.payload(), MOST_DEEP);
    } catch (DocumentException e) {
      body = Map.of(); // the status says enough
    }
    Duration pause = Duration.ofSeconds(Math.max(1, Math.min(LONGEST_WAIT, seconds)));
    return new DpsAnswer(Integer.parseInt(topic.group(1)), pause, body);
  }

  /** Still at it, or too busy for now. */
  boolean isLater() {
    return status == 202 || isBusy();
  }

  boolean isBusy() {
    return status == 429 || status >= 500;
  }

  /** By which a registration is asked after; empty for none. */
  String operation() {
    return text(body, "operationId");
  }

  /** Null when there is none. */
  @Nullable Place place() {
    if (body.get("registrationState") instanceof Map<?, ?> state) {
      String hub = text(state, "assignedHub");
      String device = text(state, "deviceId");
      boolean assigned = text(body, "status").equals("assigned");
      return !assigned || hub.isEmpty() || device.isEmpty() ? null : new Place(hub, device);
    }
    return null;
  }

  /** Why there is no place, as the service says it, and what to look at. */
  String problem() {
    String hint = hint(text(body, "status"));
    return said() + (hint.isEmpty() ? "" : "; " + hint);
  }

  private String hint(String decided) {
    return switch (status) {
      case 401 -> "the key or certificate is not that of the enrolment, or the clock is off";
      case 403 -> "the enrolment is disabled, or nothing allows it";
      case 404 -> "there is no such enrolment in this id scope";
      case 429 -> "the service is asked more often than its quota allows";
      case 200, 202 ->
          switch (decided) {
            case "disabled" -> "the enrolment is disabled";
            case "assigning" ->
                "look at the allocation policy of the enrolment: it does not come to an end";
            case "failed", "unassigned" -> "is a hub linked, and may the enrolment use it?";
            default -> "";
          };
      default -> status >= 500 ? "the service has trouble of its own" : "";
    };
  }

  private String said() {
    Map<?, ?> from = body.get("registrationState") instanceof Map<?, ?> state ? state : body;
    var words = new StringBuilder("status " + status);
    for (String key : List.of("status", "errorCode", "message", "errorMessage")) {
      Object found = from.get(key) == null ? body.get(key) : from.get(key);
      if (found != null) {
        words.append(", ").append(key).append(' ').append(found);
      }
    }
    return words.length() <= SHOWN ? words.toString() : words.substring(0, SHOWN) + "...";
  }

  private static String text(Map<?, ?> of, String key) {
    return of.get(key) instanceof String found ? found : "";
  }
}

package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Received;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers what comes to the topics of shadows, and tells their changes. On the event loop. */
final class Shadows {

  private static final Pattern REQUEST =
      Pattern.compile(
          "(\\$aws/things/[A-Za-z0-9:_-]{1,128}/shadow(?:/name/[A-Za-z0-9:_$-]{1,64})?)"
              + "/(get|update|delete)");
  private static final int TOKEN_BYTES = 64;

  private final FanOut out;
  private final Map<String, Shadow> shadows = new HashMap<>();

  Shadows(FanOut out) {
    this.out = out;
  }

  /** Where the topics of a shadow begin; the name is empty for the classic one. */
  static String prefix(String thing, String name) {
    return "$aws/things/" + thing + "/shadow" + (name.isEmpty() ? "" : "/name/" + name);
  }

  Shadow shadow(String prefix) {
    return shadows.computeIfAbsent(prefix, ignored -> new Shadow());
  }

  /** Whether the topic was a request to a shadow. */
  boolean handle(Received message) {
    Matcher request = REQUEST.matcher(message.topic());
    if (!request.matches()) {
      return false;
    }
    String token = null;
    try {
      JsonObject body = body(message);
      token = token(body);
      serve(request.group(1), request.group(2), body, token);
    } catch (ShadowException e) {
      var rejected = new JsonObject().put("code", e.code()).put("message", e.getMessage());
      out.publish(message.topic() + "/rejected", stamped(rejected, token));
    }
    return true;
  }

  private static JsonObject body(Received message) throws ShadowException {
    if (message.payload().length == 0) {
      return new JsonObject();
    }
    try {
      return message.json();
    } catch (DecodeException e) {
      throw new ShadowException(400, "Invalid JSON");
    }
  }

  private static String token(JsonObject body) throws ShadowException {
    Object token = body.getValue("clientToken");
    if (token == null) {
      return null;
    }
    if (!(token instanceof String text)
        || text.getBytes(StandardCharsets.UTF_8).length > TOKEN_BYTES) {
      throw new ShadowException(400, "Invalid clientToken");
    }
    return text;
  }

  private void serve(String prefix, String verb, JsonObject body, String token)
      throws ShadowException {
    Shadow shadow = shadow(prefix);
    if (!verb.equals("update") && !shadow.exists()) {
      throw new ShadowException(404, "No shadow exists with name: '" + prefix + "'");
    }
    switch (verb) {
      case "get" -> out.publish(prefix + "/get/accepted", stamped(shadow.document(), token));
      case "delete" ->
          out.publish(
              prefix + "/delete/accepted",
              stamped(new JsonObject().put("version", shadow.delete()), token));
      default -> update(prefix, body, token);
    }
  }

  /** Changes a shadow, for a device or for the cloud, and tells whoever listens. */
  long update(String prefix, JsonObject body, String token) throws ShadowException {
    if (!(body.getValue("state") instanceof JsonObject change)) {
      throw new ShadowException(400, "Missing required node: state");
    }
    Object version = body.getValue("version");
    if (version != null && !(version instanceof Number)) {
      throw new ShadowException(400, "Invalid version");
    }
    Optional<Long> wanted =
        version instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
    Shadow shadow = shadow(prefix);
    Shadow.Update update = shadow.update(change, wanted, Instant.now().getEpochSecond());
    out.publish(prefix + "/update/accepted", stamped(update.accepted(), token));
    update.delta().ifPresent(delta -> out.publish(prefix + "/update/delta", stamped(delta, token)));
    out.publish(prefix + "/update/documents", stamped(update.documents(), token));
    return shadow.version();
  }

  private static JsonObject stamped(JsonObject body, String token) {
    body.put("timestamp", Instant.now().getEpochSecond());
    return token == null ? body : body.put("clientToken", token);
  }
}

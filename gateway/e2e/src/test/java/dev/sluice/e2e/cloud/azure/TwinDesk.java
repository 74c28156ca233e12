package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.Received;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers what devices ask of their twins. On the event loop. */
final class TwinDesk {

  static final String RESPONSES = "$iothub/twin/res/#";
  static final String DESIRED = "$iothub/twin/PATCH/properties/desired/#";

  private static final Pattern REQUEST =
      Pattern.compile(
          "\\$iothub/twin/(GET|PATCH/properties/reported)/\\?\\$rid=([^&]+)(?:&\\$version=\\d+)?");

  private final Map<String, Twin> twins = new HashMap<>();
  private final Queue<Integer> failures = new ArrayDeque<>();

  Twin twin(String device) {
    return twins.computeIfAbsent(device, ignored -> new Twin());
  }

  /** The next request is answered with this status. */
  void failNext(int status) {
    failures.add(status);
  }

  /** Whether the topic was one of the twin's. */
  boolean handle(Client client, Received message) {
    Matcher request = REQUEST.matcher(message.topic());
    if (!request.matches()) {
      return false;
    }
    String rid = request.group(2);
    Integer failure = failures.poll();
    if (failure != null) {
      answer(client, failure, rid, "", "");
    } else if (request.group(1).equals("GET")) {
      answer(client, 200, rid, "", twin(client.id()).document().encode());
    } else {
      report(client, rid, message.text());
    }
    return true;
  }

  private void report(Client client, String rid, String patch) {
    try {
      long version = twin(client.id()).report(new JsonObject(patch));
      answer(client, 204, rid, "&$version=" + version, "");
    } catch (DecodeException | IllegalArgumentException e) {
      String body = new JsonObject().put("message", e.getMessage()).encode();
      answer(client, 400, rid, "", body);
    }
  }

  private static void answer(Client client, int status, String rid, String more, String body) {
    client.send("$iothub/twin/res/" + status + "/?$rid=" + rid + more, bytes(body), 0);
  }

  /** Changes what is wanted, and tells the device if it is there and listens. */
  long desire(String device, Optional<Client> client, JsonObject patch) {
    JsonObject notice = twin(device).desire(patch);
    long version = notice.getLong("$version");
    client.ifPresent(
        to ->
            to.send(
                "$iothub/twin/PATCH/properties/desired/?$version=" + version,
                bytes(notice.encode()),
                1));
    return version;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

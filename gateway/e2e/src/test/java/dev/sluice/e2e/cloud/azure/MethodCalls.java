package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.Received;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Direct methods under way. On the event loop. */
final class MethodCalls {

  static final String REQUESTS = "$iothub/methods/POST/#";

  private static final int ANSWER_BYTES = 128 << 10;
  private static final Pattern ANSWER =
      Pattern.compile("\\$iothub/methods/res/(\\d{1,9})/\\?\\$rid=([0-9a-f]+)");

  private final Map<String, CompletableFuture<MethodAnswer>> calls = new HashMap<>();
  private int last = 0x9f; // beyond decimal digits: a request id is text

  /** Fails at once when the device does not listen, and after the limit when it is silent. */
  CompletableFuture<MethodAnswer> call(
      Optional<Client> client, String method, String body, Duration limit) {
    String rid = Integer.toHexString(++last);
    String topic = "$iothub/methods/POST/" + method + "/?$rid=" + rid;
    boolean sent =
        client.isPresent()
            && !client
                .get()
                .send(topic, body.getBytes(StandardCharsets.UTF_8), 0)
                .isCompletedExceptionally();
    if (!sent) {
      return CompletableFuture.failedFuture(new IllegalStateException("404: device not online"));
    }
    var call = new CompletableFuture<MethodAnswer>();
    calls.put(rid, call);
    return call.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether the topic was an answer; one that is too large, or to no call, ends the client. */
  boolean handle(Client client, Received message) {
    Matcher answer = ANSWER.matcher(message.topic());
    if (!answer.matches()) {
      return false;
    }
    CompletableFuture<MethodAnswer> call = calls.remove(answer.group(2));
    if (call == null) {
      client.end("answers a method that was not called: " + message.topic());
    } else if (message.payload().length > ANSWER_BYTES) {
      client.end("method answer of " + message.payload().length + " bytes");
    } else {
      call.complete(new MethodAnswer(Integer.parseInt(answer.group(1)), message.text()));
    }
    return true;
  }
}

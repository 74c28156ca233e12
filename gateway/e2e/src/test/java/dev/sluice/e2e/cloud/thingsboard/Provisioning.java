package dev.sluice.e2e.cloud.thingsboard;

import com.google.gson.JsonObject;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Gives a new device its token for the key and secret of a device profile. */
final class Provisioning {

  static final String USER = "provision";

  private static final String REQUEST = "/provision/request";
  private static final String RESPONSE = "/provision/response";

  private final String key;
  private final String secret;
  private final Predicate<String> known;
  private final Consumer<Account> accounts;

  Provisioning(String key, String secret, Predicate<String> known, Consumer<Account> accounts) {
    this.known = known;
    this.key = key;
    this.secret = secret;
    this.accounts = accounts;
  }

  /** The only thing that such a client may do; the answer comes whether it subscribed or not. */
  int published(Session session, Received message) {
    if (!message.topic().equals(REQUEST)) {
      throw new Violation(message.topic() + " of a client that is being provisioned");
    }
    JsonObject request = Values.object(message);
    JsonObject answer = answer(request, message.topic());
    session.later(() -> session.send(RESPONSE, Buffer.buffer(answer.toString()), 0));
    return 1;
  }

  private JsonObject answer(JsonObject request, String topic) {
    var answer = new JsonObject();
    if (!key.equals(Values.text(request, "provisionDeviceKey", topic))
        || !secret.equals(Values.text(request, "provisionDeviceSecret", topic))) {
      answer.addProperty("errorMsg", "Provision data was not found!");
      answer.addProperty("status", "NOT_FOUND");
      return answer;
    }
    String name =
        request.has("deviceName")
            ? Values.text(request, "deviceName", topic)
            : UUID.randomUUID().toString();
    if (known.test(name)) {
      answer.addProperty("errorMsg", "Failed to provision device!");
      answer.addProperty("status", "FAILURE");
      return answer;
    }
    String token =
        request.has("token")
            ? Values.text(request, "token", topic)
            : UUID.randomUUID().toString().replace("-", "").substring(0, 20);
    boolean gateway = request.has("gateway") && request.get("gateway").getAsBoolean();
    accounts.accept(new Account(name, token, gateway));
    answer.addProperty("credentialsValue", token);
    answer.addProperty("credentialsType", "ACCESS_TOKEN");
    answer.addProperty("status", "SUCCESS");
    return answer;
  }
}

package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Limits;
import dev.sluice.e2e.cloud.Platform;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.Verdict;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of the provisioning service: a registration takes one round of waiting. */
final class Dps implements Platform {

  private static final String RESPONSES = "$dps/registrations/res/#";
  private static final int PAYLOAD_BYTES = 64 << 10;
  private static final Pattern REGISTER =
      Pattern.compile("\\$dps/registrations/PUT/iotdps-register/\\?\\$rid=([^&]+)");
  private static final Pattern STATUS =
      Pattern.compile(
          "\\$dps/registrations/GET/iotdps-get-operationstatus/"
              + "\\?\\$rid=([^&]+)&operationId=([^&]+)");

  /** A registration under way. */
  private record Operation(String registrationId, JsonObject request, long readyNanos) {}

  private final DpsLogin login;
  private final AzureDps service;
  private final Duration retryAfter;
  private final Map<String, Operation> operations = new HashMap<>();

  Dps(AzureDps service, DpsLogin login, Duration retryAfter) {
    this.service = service;
    this.login = login;
    this.retryAfter = retryAfter;
  }

  @Override
  public Limits limits() {
    return new Limits(1, PAYLOAD_BYTES, 65_535, Integer.MAX_VALUE, 1, 128);
  }

  @Override
  public Verdict connect(ConnectFields fields) {
    Optional<String> bad = IotHub.badWebSocket(fields);
    return bad.isPresent() ? Verdict.closed(bad.get()) : login.judge(fields);
  }

  /** Whatever the client asks for; the vendor's asks for one. */
  @Override
  public boolean keepsSessions() {
    return false;
  }

  @Override
  public int subscribe(Client client, String filter, int qos) {
    if (filter.equals(RESPONSES)) {
      return qos;
    }
    client.end("subscribed to " + filter);
    return Client.REFUSED;
  }

  @Override
  public void publish(Client client, Received message) {
    Matcher register = REGISTER.matcher(message.topic());
    Matcher status = STATUS.matcher(message.topic());
    if (register.matches()) {
      register(client, register.group(1), message);
    } else if (status.matches()) {
      status(client, status.group(1), status.group(2));
    } else {
      client.end("published to " + message.topic());
    }
  }

  private void register(Client client, String rid, Received message) {
    JsonObject request;
    try {
      request = message.json();
    } catch (DecodeException e) {
      answer(client, 400, rid, false, error(400004, "the body is no JSON"));
      return;
    }
    if (!client.id().equals(request.getString("registrationId"))) {
      answer(client, 400, rid, false, error(400004, "another registration id in the body"));
      return;
    }
    var refusal = service.enrollments().answer(client.id());
    if (refusal.isPresent()) {
      int status = refusal.get().status();
      JsonObject body = error(status * 1_000 + 1, "as the test wants it");
      answer(client, status, rid, refusal.get().retryAfter(), body);
      return;
    }
    String id = "4." + UUID.randomUUID();
    long ready = System.nanoTime() + retryAfter.toNanos();
    operations.put(id, new Operation(client.id(), request, ready));
    answer(
        client, 202, rid, true, new JsonObject().put("operationId", id).put("status", "assigning"));
  }

  private void status(Client client, String rid, String id) {
    Operation operation = operations.get(id);
    if (operation == null || !operation.registrationId().equals(client.id())) {
      answer(client, 404, rid, false, error(404201, "no such operation"));
    } else if (operation.readyNanos() > System.nanoTime()) {
      service.askedTooEarly();
      answer(client, 429, rid, true, error(429001, "asked before retry-after was over"));
    } else {
      answer(client, 200, rid, false, outcome(id, operation));
    }
  }

  private JsonObject outcome(String id, Operation operation) {
    JsonObject state = service.assign(operation.registrationId(), operation.request());
    return new JsonObject()
        .put("operationId", id)
        .put("status", state.getString("status"))
        .put("registrationState", state);
  }

  private static JsonObject error(int code, String message) {
    return new JsonObject()
        .put("errorCode", code)
        .put("trackingId", UUID.randomUUID().toString())
        .put("message", message);
  }

  private void answer(Client client, int status, String rid, boolean wait, JsonObject body) {
    answer(client, status, rid, wait ? retryAfter : Duration.ZERO, body);
  }

  private void answer(Client client, int status, String rid, Duration wait, JsonObject body) {
    String more = wait.isZero() ? "" : "&retry-after=" + wait.toSeconds();
    client.send(
        "$dps/registrations/res/" + status + "/?$rid=" + rid + more,
        body.encode().getBytes(StandardCharsets.UTF_8),
        1);
  }
}

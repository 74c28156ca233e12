package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The dialogue of {@code iotdevice-1} and {@code iotdm-1}: requests of things, and to them. */
final class DeviceManagement {

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final long SHORTEST_LIFETIME = 3_600;

  private final Map<Thing, Managed> managed = new HashMap<>();
  private final Map<String, JsonObject> answers = new HashMap<>();
  private final Map<String, Thing> asked = new HashMap<>();
  private final Map<Thing, List<JsonObject>> notes = new HashMap<>();

  /**
   * Takes what a thing sends.
   *
   * @param action the topic after version and thing
   * @return what to answer, or empty where there is no answer
   * @throws Violation if the platform knows no such action
   */
  Optional<JsonObject> take(Thing thing, String action, Received message) {
    JsonObject payload = message.json();
    if (action.equals("response")) {
      String request = payload.getString("reqId", "");
      if (!thing.equals(asked.get(request))) {
        throw new Violation("an answer of " + thing + " to no request");
      }
      answers.put(request, payload);
      return Optional.empty();
    }
    if (action.equals("notify")) {
      notes.computeIfAbsent(thing, t -> new ArrayList<>()).add(payload.getJsonObject("d"));
      return Optional.empty();
    }
    int code = perform(thing, action, payload);
    return Optional.of(
        new JsonObject().put("rc", code).put("reqId", payload.getString("reqId", "")));
  }

  private int perform(Thing thing, String action, JsonObject payload) {
    JsonObject d = payload.getJsonObject("d", new JsonObject());
    if (payload.getString("reqId") == null) {
      return BAD_REQUEST;
    }
    if (action.equals("mgmt/manage")) {
      return manage(thing, d);
    }
    boolean valid =
        switch (action) {
          case "mgmt/unmanage", "clear/diag/errorCodes", "clear/diag/log" -> true;
          case "device/update/location" ->
              d.getValue("latitude") instanceof Number
                  && d.getValue("longitude") instanceof Number
                  && d.containsKey("measuredDateTime");
          case "add/diag/errorCodes" -> d.getValue("errorCode") instanceof Number;
          case "add/diag/log" -> d.containsKey("message") && d.containsKey("timestamp");
          default -> throw new Violation("no action " + action + " in device management");
        };
    if (!managed.containsKey(thing)) {
      return NOT_FOUND;
    }
    if (valid && action.equals("mgmt/unmanage")) {
      managed.remove(thing);
    }
    return valid ? OK : BAD_REQUEST;
  }

  private int manage(Thing thing, JsonObject d) {
    long lifetime = d.getLong("lifetime", 0L);
    JsonObject supports = d.getJsonObject("supports", new JsonObject());
    if (lifetime != 0 && lifetime < SHORTEST_LIFETIME) {
      return BAD_REQUEST;
    }
    managed.put(
        thing,
        new Managed(
            lifetime,
            supports.getBoolean("deviceActions", false),
            supports.getBoolean("firmwareActions", false),
            d.getJsonObject("deviceInfo", new JsonObject())));
    return OK;
  }

  Optional<Managed> managed(Thing thing) {
    return Optional.ofNullable(managed.get(thing));
  }

  /** Makes a request to a thing, whose answer will be known by its {@code reqId}. */
  JsonObject request(Thing thing, JsonObject d) {
    String id = UUID.randomUUID().toString();
    asked.put(id, thing);
    var request = new JsonObject().put("reqId", id);
    return d.isEmpty() ? request : request.put("d", d);
  }

  Optional<JsonObject> answer(String request) {
    return Optional.ofNullable(answers.get(request));
  }

  List<JsonObject> notes(Thing thing) {
    return List.copyOf(notes.getOrDefault(thing, List.of()));
  }
}

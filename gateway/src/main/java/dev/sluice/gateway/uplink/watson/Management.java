package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The dialogue of device management, of the gateway itself: it asks to be managed, again before its
 * lifetime ends, and answers what is asked of it. It restarts nothing and installs nothing.
 */
final class Management {

  /** How long an answer may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** In percent of the lifetime. */
  private static final int AGAIN = 80;

  private static final int DEPTH = 8;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int OK = 200;
  private static final int CHANGED = 204;
  private static final int MALFORMED = 400;
  private static final int NOT_FOUND = 404;
  private static final int NOT_IMPLEMENTED = 501;
  private static final String FIRMWARE = "mgmt.firmware";

  private final WatsonForm form;
  private final Thing itself;
  private final Turns turns;
  private final RandomGenerator random;
  private final Complaints complaints;
  private final Consumer<Publication> say;
  private final Map<String, Object> told = new LinkedHashMap<>();
  private String asked = "";
  private Duration pause = FIRST_PAUSE;
  private boolean over;

  Management(
      WatsonForm form,
      Turns turns,
      RandomGenerator random,
      Complaints complaints,
      Consumer<Publication> say) {
    this.form = form;
    this.itself = form.itself();
    this.turns = turns;
    this.random = random;
    this.complaints = complaints;
    this.say = say;
    told.put("deviceInfo", info());
    told.put("metadata", Map.of("gateway", form.gateway()));
    told.put(FIRMWARE, Map.of("state", 0, "updateStatus", 0));
  }

  private Map<String, Object> info() {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("serialNumber", form.gateway());
    info.put("manufacturer", "Sluice");
    info.put("model", "gateway");
    return info;
  }

  /** Asks to be managed. */
  void begin() {
    if (over) {
      return;
    }
    asked = UUID.randomUUID().toString();
    Map<String, Object> d = new LinkedHashMap<>();
    d.put("lifetime", form.options().lifetime().toSeconds());
    d.put("supports", Map.of("deviceActions", false, "firmwareActions", false));
    d.put("deviceInfo", told.get("deviceInfo"));
    d.put("metadata", told.get("metadata"));
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("d", d);
    request.put("reqId", asked);
    String id = asked;
    say.accept(message("mgmt/manage", request));
    turns.later(PATIENCE, () -> unanswered(id));
  }

  private void unanswered(String id) {
    if (!over && asked.equals(id)) {
      failed("management_unanswered", "no answer within " + PATIENCE);
    }
  }

  private void failed(String word, String why) {
    long nanos = pause.toNanos() - random.nextLong(pause.toNanos() / 4); // not all gateways at once
    complaints.add(word, itself.toString(), why + "; asks again in " + nanos / SECOND + " s");
    asked = "";
    turns.later(Duration.ofNanos(nanos), this::begin);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  void stop() {
    over = true;
  }

  /** Something of device management came. */
  Verdict take(Topics.Managing what, Buffer payload) {
    Map<String, Object> document;
    try {
      document = Documents.read(payload, DEPTH);
    } catch (DocumentException e) {
      return Verdict.MALFORMED; // nobody knows whom to answer
    }
    if (!(document.get("reqId") instanceof String id)) {
      return Verdict.MALFORMED;
    }
    if (what.action().equals("response")) {
      return answered(id, document.get("rc"), document.get("message"));
    }
    Thing thing = what.thing() == null ? itself : what.thing();
    Reply reply =
        thing.equals(itself)
            ? reply(what.action(), document.get("d"))
            : new Reply(NOT_FOUND, "this gateway manages only itself", null);
    if (reply == null) {
      return Verdict.UNKNOWN_TOPIC;
    }
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("rc", reply.code());
    if (!reply.message().isEmpty()) {
      said.put("message", reply.message());
    }
    if (reply.fields() != null) {
      said.put("d", Map.of("fields", reply.fields()));
    }
    said.put("reqId", id);
    say.accept(new Publication(Topics.management(thing, "response"), Documents.write(said), false));
    return Verdict.TAKEN;
  }

  private Verdict answered(String id, @Nullable Object rc, @Nullable Object message) {
    if (!id.equals(asked)) {
      return Verdict.TAKEN; // of a question that was asked again since
    }
    if (rc instanceof BigDecimal code && code.compareTo(BigDecimal.valueOf(OK)) == 0) {
      asked = "";
      pause = FIRST_PAUSE;
      Duration lifetime = form.options().lifetime();
      if (!lifetime.isZero()) {
        turns.later(lifetime.multipliedBy(AGAIN).dividedBy(100), this::begin);
      }
    } else {
      String words = message == null ? meaning(rc) : Notice.shown(message);
      failed("management_refused", "answered " + Notice.shown(rc) + ": " + words);
    }
    return Verdict.TAKEN;
  }

  /** Of the codes that the contract has for a request of a gateway. */
  private static String meaning(@Nullable Object rc) {
    return switch (String.valueOf(rc)) {
      case "400" -> "the platform does not understand the request; does it keep another contract?";
      case "403" -> "the role of this gateway does not allow device management";
      case "404" -> "the platform does not know this gateway, or has no device management";
      case "409" -> "somebody else changes this gateway there now";
      default -> "no code of the contract";
    };
  }

  private record Reply(int code, String message, @Nullable List<Object> fields) {}

  private @Nullable Reply reply(String action, @Nullable Object d) {
    return switch (action) {
      case "mgmt/initiate/device/reboot",
          "mgmt/initiate/device/factory_reset",
          "mgmt/initiate/firmware/download",
          "mgmt/initiate/firmware/update" ->
          new Reply(NOT_IMPLEMENTED, "not supported by this gateway", null);
      case "device/update" -> update(fields(d));
      case "observe" -> observe(fields(d));
      case "cancel" -> fields(d) == null ? malformed() : new Reply(OK, "", null);
      default -> null;
    };
  }

  private static Reply malformed() {
    return new Reply(MALFORMED, "expected d.fields, a list of objects with a field", null);
  }

  /** Null when it is no list of fields. */
  private static @Nullable List<Map<?, ?>> fields(@Nullable Object d) {
    if (!(d instanceof Map<?, ?> data) || !(data.get("fields") instanceof List<?> list)) {
      return null;
    }
    var fields = new ArrayList<Map<?, ?>>();
    for (Object each : list) {
      if (!(each instanceof Map<?, ?> field) || !(field.get("field") instanceof String)) {
        return null;
      }
      fields.add(field);
    }
    return fields;
  }

  private Reply update(@Nullable List<Map<?, ?>> fields) {
    if (fields == null) {
      return malformed();
    }
    for (Map<?, ?> field : fields) {
      if (FIRMWARE.equals(field.get("field"))) {
        return new Reply(NOT_IMPLEMENTED, "firmware comes another way", null);
      }
    }
    for (Map<?, ?> field : fields) {
      if (!told.containsKey(field.get("field"))) {
        return unknown(field); // else the platform would show what is not so
      }
      if (!(field.get("value") instanceof Map<?, ?>)) {
        return new Reply(MALFORMED, "expected an object as the value of each field", null);
      }
    }
    // Until the connection ends: it is the platform's own.
    fields.forEach(field -> told.put(String.valueOf(field.get("field")), field.get("value")));
    return new Reply(CHANGED, "", null);
  }

  private static Reply unknown(Map<?, ?> field) {
    return new Reply(NOT_FOUND, "no field " + Notice.shown(field.get("field")), null);
  }

  private Reply observe(@Nullable List<Map<?, ?>> fields) {
    if (fields == null) {
      return malformed();
    }
    var values = new ArrayList<Object>();
    for (Map<?, ?> field : fields) {
      String name = String.valueOf(field.get("field"));
      if (!told.containsKey(name)) {
        return unknown(field);
      }
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("field", name);
      value.put("value", told.get(name));
      values.add(value);
    }
    return new Reply(OK, "", values);
  }

  private Publication message(String action, Map<String, Object> payload) {
    return new Publication(Topics.management(itself, action), Documents.write(payload), false);
  }
}

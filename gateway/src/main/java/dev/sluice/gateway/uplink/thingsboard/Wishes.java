package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shared attributes: what the user wants a device to be. Those that have the name of a point are
 * asked for when the device is connected, as the server pushes changes only. What came of it is
 * told as client attributes: what the points hold, and, below {@code _desiredErrors}, why not.
 */
final class Wishes {

  /** A few scalars, and what users put there besides. */
  static final int DEPTH = 8;

  /** Requests without an answer, and values that wait; of a server that is well there are few. */
  private static final int MOST = 10_000;

  private static final String ERRORS = "_desiredErrors";

  /** Hears what is to be told of a device. */
  @FunctionalInterface
  interface Report {

    void tell(String device, Map<String, Object> attributes);
  }

  private record Asked(String device, List<String> keys) {}

  private final ThingsboardForm form;
  private final Requests requests;
  private final Map<Integer, Asked> asked = new LinkedHashMap<>();
  private final Report report;
  private final Complaints complaints;

  /** By device, what waits; of one point what came last. */
  private final Map<String, Map<String, Object>> waiting = new LinkedHashMap<>();

  private int valuesWaiting;
  private boolean busy;
  private int lastId;

  Wishes(ThingsboardForm form, Requests requests, Report report, Complaints complaints) {
    this.form = form;
    this.requests = requests;
    this.report = report;
    this.complaints = complaints;
  }

  /** Nothing more is wanted of anybody. */
  void stop() {
    waiting.clear();
    valuesWaiting = 0;
  }

  /** Requests for the shared attributes that have the names of its points. */
  List<Publication> ask(CurrentValues.Device device) {
    var messages = new ArrayList<Publication>();
    var keys = new ArrayList<String>();
    int most = form.room(Topics.ATTRIBUTES_REQUEST) / 2;
    int bytes = 0;
    for (CurrentValues.Point point : device.points()) {
      String key = point.column().name();
      bytes += key.getBytes(StandardCharsets.UTF_8).length + 3;
      if (bytes > most && !keys.isEmpty()) {
        messages.add(request(device.id(), keys));
        keys.clear();
        bytes = 0;
      }
      keys.add(key);
    }
    if (!keys.isEmpty()) {
      messages.add(request(device.id(), keys));
    }
    return messages;
  }

  private Publication request(String device, List<String> keys) {
    int id = ++lastId;
    asked.put(id, new Asked(device, List.copyOf(keys)));
    if (asked.size() > MOST) {
      asked.remove(asked.keySet().iterator().next());
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("id", id);
    request.put("device", device);
    request.put("client", false);
    request.put("keys", List.copyOf(keys));
    return Said.message(Topics.ATTRIBUTES_REQUEST, request, new Note.Names(device));
  }

  /** A change. */
  Verdict pushed(Buffer payload) {
    try {
      Map<String, Object> push = Documents.read(payload, DEPTH);
      if (!(push.get("device") instanceof String device)
          || !(push.get("data") instanceof Map<?, ?> data)) {
        return malformed(Topics.ATTRIBUTES, "no device, or no data");
      }
      Map<String, Object> values = named(data);
      if (values.get("deleted") instanceof List<?>) {
        values.remove("deleted"); // nobody wants anything of these any more
      }
      return want(device, values);
    } catch (DocumentException e) {
      return malformed(Topics.ATTRIBUTES, String.valueOf(e.getMessage()));
    }
  }

  /** An answer to a request; servers tell a single value in another place than several. */
  Verdict answered(Buffer payload) {
    try {
      Map<String, Object> answer = Documents.read(payload, DEPTH);
      Asked was = answer.get("id") instanceof BigDecimal id ? asked.remove(id.intValue()) : null;
      if (was == null || !was.device().equals(answer.get("device"))) {
        return malformed(Topics.ATTRIBUTES_RESPONSE, "an answer to nothing");
      }
      Map<String, Object> values = new LinkedHashMap<>();
      if (answer.get("values") instanceof Map<?, ?> several) {
        values = named(several);
      } else if (answer.containsKey("value") && was.keys().size() == 1) {
        values.put(was.keys().get(0), answer.get("value"));
      }
      return want(was.device(), values);
    } catch (DocumentException e) {
      return malformed(Topics.ATTRIBUTES_RESPONSE, String.valueOf(e.getMessage()));
    }
  }

  private Verdict malformed(String topic, String found) {
    complaints.add("malformed_attributes", topic, found);
    return Verdict.MALFORMED;
  }

  private static Map<String, Object> named(Map<?, ?> values) {
    Map<String, Object> named = new LinkedHashMap<>();
    values.forEach((key, value) -> named.put(String.valueOf(key), value));
    return named;
  }

  private Verdict want(String device, Map<String, Object> values) {
    if (valuesWaiting + values.size() > MOST) {
      complaints.add("too_many_attributes", device, MOST + " wait already");
      return Verdict.MALFORMED;
    }
    if (!values.isEmpty()) {
      Map<String, Object> all = waiting.computeIfAbsent(device, id -> new LinkedHashMap<>());
      int before = all.size();
      all.putAll(values);
      valuesWaiting += all.size() - before;
      next();
    }
    return Verdict.TAKEN;
  }

  /** One device after the other: at the beginning all of them come at once. */
  private void next() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    busy = true;
    Map.Entry<String, Map<String, Object>> oldest = waiting.entrySet().iterator().next();
    String device = oldest.getKey();
    Map<String, Object> values = oldest.getValue();
    waiting.remove(device);
    valuesWaiting -= values.size();
    // The server numbers nothing.
    requests
        .take(new DesiredState(form.uplink(), 0, Map.of("devices", Map.of(device, values))))
        .onSuccess(
            answer -> {
              busy = false;
              report.tell(device, told(device, answer));
              next();
            });
  }

  private static Map<String, Object> told(String device, Answer answer) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (answer.body().get("devices") instanceof Map<?, ?> devices
        && devices.get(device) instanceof Map<?, ?> points) {
      attributes.putAll(named(points));
    }
    attributes.put(ERRORS, errors(device, answer));
    return attributes;
  }

  /** By point; below an empty name what is wrong with all of it. */
  private static Map<String, Object> errors(String device, Answer answer) {
    Map<String, Object> errors = new LinkedHashMap<>();
    String prefix = device + "/";
    if (answer.body().get("errors") instanceof Map<?, ?> told) {
      told.forEach(
          (where, why) -> {
            String path = String.valueOf(where);
            errors.put(path.startsWith(prefix) ? path.substring(prefix.length()) : path, why);
          });
    }
    if (errors.isEmpty() && !answer.isDone()) {
      errors.put("", answer.detail());
    }
    return errors;
  }
}

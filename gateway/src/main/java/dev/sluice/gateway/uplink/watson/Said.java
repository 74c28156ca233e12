package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.connector.Clock;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.StateEvent;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events that are no readings: who is there, who is not, and what is gone. */
final class Said {

  private static final int MOST_NAMED = 10;

  private final WatsonForm form;
  private final ThingNames names;

  Said(WatsonForm form, ThingNames names) {
    this.form = form;
    this.names = names;
  }

  /** Of the gateway itself. */
  Publication status(String status, CurrentValues current, Held held) {
    Map<String, Object> d = new LinkedHashMap<>();
    d.put("status", status);
    d.put("gateway", form.gateway());
    long up = current.devices().stream().filter(CurrentValues.Device::up).count();
    d.put("devicesUp", up);
    d.put("devicesDown", current.devices().size() - up);
    d.put("refused", held.count());
    some(d, "held", held.devices());
    some(d, "names", names.mapped());
    return event(form.itself(), "status", Map.of("d", d));
  }

  private static void some(Map<String, Object> into, String key, Map<String, String> all) {
    Map<String, Object> some = new LinkedHashMap<>();
    all.entrySet().stream()
        .limit(MOST_NAMED)
        .forEach(entry -> some.put(entry.getKey(), entry.getValue()));
    if (!some.isEmpty()) {
      into.put(key, some);
    }
  }

  /** A device came up or went down. */
  Publication state(StateEvent state, Heading heading) {
    Map<String, Object> d = new LinkedHashMap<>();
    d.put("up", state.up());
    if (!state.reason().isEmpty()) {
      d.put("reason", state.reason());
    }
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("d", d);
    said.put("ts", Instant.ofEpochMilli(state.timeMillis()).toString());
    proof(said, heading);
    if (state.clock() != Clock.TRUSTED) {
      said.put("clock", state.clock().word());
    }
    return event(names.of(state.device()), "status", said);
  }

  /** Records are gone. */
  Publication gap(GapRecord gap, Heading heading) {
    Map<String, Object> d = new LinkedHashMap<>();
    d.put("first", gap.first());
    d.put("last", gap.last());
    d.put("count", gap.count());
    d.put("reason", gap.reason());
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("d", d);
    proof(said, heading);
    return event(form.itself(), "gap", said);
  }

  private static void proof(Map<String, Object> said, Heading heading) {
    said.put("stream", heading.stream());
    said.put("seq", heading.seq());
    said.put("low", heading.low());
    if (heading.lane() == Lane.HISTORY) {
      said.put("lane", heading.lane().word());
    }
  }

  private static Publication event(Thing of, String name, Map<String, ?> payload) {
    return new Publication(Topics.event(of, name), Documents.write(payload), false);
  }
}

package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.connector.Clock;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.connector.StateEvent;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is told besides readings: who is there, who is not, and what is gone. */
final class Said {

  /** Of the devices that are down so many are named; how many there are is told of all. */
  private static final int MOST_NAMED = 10;

  private final ThingsboardForm form;
  private final CurrentValues current;
  private final ClockOffsets offsets;

  Said(ThingsboardForm form, CurrentValues current, ClockOffsets offsets) {
    this.form = form;
    this.current = current;
    this.offsets = offsets;
  }

  /** The device is served by this connection; a new one is made of its profile. */
  Publication connect(String device) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("device", device);
    said.put("type", form.options().profileOf(device));
    return message(Topics.CONNECT, said, new Note.Names(device));
  }

  Publication disconnect(String device) {
    return message(Topics.DISCONNECT, Map.of("device", device), new Note.Leaves(device));
  }

  /** What a device is now, as its client attributes. */
  Publication state(CurrentValues.Device device) {
    return state(device.id(), device.up(), device.reason(), device.changed().millis(offsets));
  }

  /** The same after a change. */
  Publication state(StateEvent event) {
    return state(event.device(), event.up(), event.reason(), event.timeMillis());
  }

  private Publication state(String device, boolean up, String reason, long changed) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("_up", up);
    attributes.put("_reason", reason);
    attributes.put("_changed", changed);
    return attributes(device, attributes);
  }

  /** Client attributes of a device. */
  Publication attributes(String device, Map<String, Object> attributes) {
    return message(Topics.ATTRIBUTES, Map.of(device, attributes), new Note.Names(device));
  }

  /** The change in the time series of the device. */
  Publication event(StateEvent event) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("_up", event.up());
    values.put("_reason", event.reason());
    if (event.clock() == Clock.UNTRUSTED) {
      values.put("_clock", event.clock().word());
    }
    Map<String, Object> row = values;
    if (event.timeMillis() >= Telemetry.TIME) {
      row = new LinkedHashMap<>();
      row.put("ts", event.timeMillis());
      row.put("values", values);
    }
    return message(
        Topics.TELEMETRY, Map.of(event.device(), List.of(row)), new Note.Names(event.device()));
  }

  /** Attributes of the gateway itself. */
  Publication overview(String stream) {
    Map<String, Object> down = new LinkedHashMap<>();
    int up = 0;
    int all = 0;
    for (CurrentValues.Device device : current.devices()) {
      all++;
      if (device.up()) {
        up++;
      } else if (down.size() < MOST_NAMED) {
        down.put(device.id(), device.reason());
      }
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("gateway", form.gateway());
    attributes.put("uplink", form.uplink());
    attributes.put("stream", stream);
    attributes.put("devicesUp", up);
    attributes.put("devicesDown", all - up);
    attributes.put("down", down);
    return message(Topics.OWN_ATTRIBUTES, attributes, null);
  }

  /** In the time series of the gateway, with the server's time: a gap has none of its own. */
  Publication gap(GapRecord gap) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("gapFirst", gap.first());
    values.put("gapLast", gap.last());
    values.put("gapCount", gap.count());
    values.put("gapReason", gap.reason());
    return message(Topics.OWN_TELEMETRY, values, null);
  }

  static Publication message(String topic, Map<String, Object> payload, @Nullable Note note) {
    return new Publication(topic, Documents.write(payload), Qos.AT_LEAST_ONCE, false, note);
  }
}

package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.acquire.DeviceState;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether each device answers, retained on a topic of its own. It is what the gateway found, so it
 * is worth something only as long as the gateway itself is online.
 */
final class DeviceStatus {

  private final TopicTemplate topic;
  private final MqttForm form;
  private final ClockOffsets offsets;
  private final CurrentValues current;

  DeviceStatus(MqttForm form, ClockOffsets offsets, CurrentValues current) {
    this.topic = TopicTemplate.of(form.deviceStatusTopic(), TopicTemplate.DEVICE_STATUS);
    this.form = form;
    this.offsets = offsets;
    this.current = current;
  }

  /** What all devices that are known are now. */
  List<Publication> all() {
    return current.devices().stream()
        .map(
            device ->
                message(
                    device.id(), device.up(), device.reason(), device.changed().millis(offsets)))
        .toList();
  }

  /**
   * What is to be told after a change. Of what is history only that a device is gone counts, unless
   * it has come again: the rest was told when the connection began.
   */
  @Nullable Publication after(StateEvent state, Lane lane) {
    boolean removed = !state.up() && state.reason().equals(DeviceState.REMOVED);
    if (removed) {
      boolean again = current.device(state.device()) != null;
      return again ? null : new Publication(topic(state.device()), Buffer.buffer(), true);
    }
    return lane == Lane.LIVE
        ? message(state.device(), state.up(), state.reason(), state.timeMillis())
        : null;
  }

  private Publication message(String device, boolean up, String reason, long timeMillis) {
    var json = new JsonBytes(128);
    json.map(0);
    json.raw(json.name("schema"));
    json.integer(1);
    json.next();
    json.raw(json.name("device"));
    json.text(device);
    json.next();
    json.raw(json.name("status"));
    json.text(up ? "online" : "offline");
    if (!reason.isEmpty()) {
      json.next();
      json.raw(json.name("reason"));
      json.text(reason);
    }
    json.next();
    json.raw(json.name("t"));
    json.integer(timeMillis);
    json.endMap();
    return new Publication(
        topic(device), Buffer.buffer().appendBytes(json.array(), 0, json.length()), true);
  }

  private String topic(String device) {
    try {
      return topic.fill(
          Map.of(
              "gateway", form.gateway(),
              "uplink", form.uplink(),
              "device", TopicLevel.of(device)));
    } catch (IllegalArgumentException e) {
      throw new Unfit("status topic of " + device + ": expected " + e.getMessage());
    }
  }
}

package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the states of the gateway and of its devices say. */
final class Report {

  /** Of a state, by the platform; a little is left for what a count may grow by. */
  static final int MOST = 64 << 10;

  /** Refused devices that are named. */
  private static final int NAMED = 50;

  private final ClearbladeForm form;
  private final String stream;
  private final Memory memory;
  private final CurrentValues current;
  private final ClockOffsets offsets;

  Report(
      ClearbladeForm form,
      String stream,
      Memory memory,
      CurrentValues current,
      ClockOffsets offsets) {
    this.form = form;
    this.stream = stream;
    this.memory = memory;
    this.current = current;
    this.offsets = offsets;
  }

  /** What came of the configuration of a device, by its name in the registry. */
  void config(String id, Map<String, Object> what) {
    memory.reports().put(id, what);
  }

  /**
   * Of the gateway.
   *
   * @param attached how many devices are
   */
  Buffer gateway(int attached, long nowMillis, long nowNanos) {
    List<CurrentValues.Device> devices = current.devices();
    var counts = new LinkedHashMap<String, Object>();
    counts.put("known", devices.size());
    counts.put("up", (int) devices.stream().filter(CurrentValues.Device::up).count());
    if (form.options().attach()) {
      counts.put("attached", attached);
      counts.put("refused", memory.heldBack().count(nowNanos));
    }
    var state = head();
    state.put("gateway", form.gateway());
    state.put("status", "online");
    state.put("stream", stream);
    state.put("t", nowMillis);
    state.put("devices", counts);
    put(state, "refused", memory.heldBack().reasons(nowNanos, NAMED));
    put(state, "counts", memory.troubles().counts());
    return written(state, form.options().device());
  }

  /** Of a field device; null when there is none of that name. */
  @Nullable Buffer device(String id, @Nullable String ours) {
    CurrentValues.Device device = ours == null ? null : current.device(ours);
    if (device == null) {
      return null;
    }
    var state = head();
    state.put("device", device.id());
    state.put("status", device.up() ? "online" : "offline");
    if (!device.up()) {
      state.put("reason", device.reason());
    }
    state.put("t", device.changed().millis(offsets));
    return written(state, id);
  }

  private static Map<String, Object> head() {
    var state = new LinkedHashMap<String, Object>();
    state.put("schema", 1);
    return state;
  }

  private static void put(Map<String, Object> to, String key, Map<String, Object> what) {
    if (!what.isEmpty()) {
      to.put(key, what);
    }
  }

  /** With what came of the configuration; shorter when that is too much for a state. */
  private Buffer written(Map<String, Object> state, String id) {
    Map<String, Object> config = memory.reports().getOrDefault(id, Map.of());
    put(state, "config", config);
    Buffer whole = Documents.write(state);
    if (whole.length() <= MOST) {
      return whole;
    }
    var less = new LinkedHashMap<>(config);
    less.keySet().retainAll(List.of("version", "code"));
    less.put("detail", "too long for a state: " + whole.length() + " bytes, at most " + MOST);
    state.put("config", less);
    return Documents.write(state);
  }
}

package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.uplink.connector.Documents;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a shadow shall say of this gateway:
 *
 * <pre>
 * { gateway: id, up: { DEVICE: bool }, devices: { DEVICE: { POINT: value } },
 *   ? errors: { "DEVICE/POINT": why }, ? omitted: number of values that found no room }
 * </pre>
 *
 * <p>Points that somebody desires come first, then whether devices answer, then all other points in
 * the order of devices and configuration, as long as there is room. Of the context of the uplink.
 */
final class Reported {

  /** So long after a write the device is believed to hold what it confirmed. */
  private static final long CONFIRMED_MILLIS = 30_000;

  /** Of the frame: the names of the sections, and what stands around them. */
  private static final int FRAME = 100;

  private static final String DEVICES = "devices";

  private record Confirmed(Object value, long millis) {}

  private final String gateway;
  private final CurrentValues current;
  private final ClockOffsets offsets;
  private final Map<String, Map<String, Confirmed>> confirmed = new HashMap<>();
  private final Map<String, Object> errors = new TreeMap<>();

  Reported(String gateway, CurrentValues current, ClockOffsets offsets) {
    this.gateway = gateway;
    this.current = current;
    this.offsets = offsets;
  }

  /** What came of a wish: what is so now, and what went wrong, instead of what did before. */
  void answered(Map<String, Object> body, long nowMillis) {
    Json.map(body, DEVICES)
        .forEach(
            (device, points) ->
                Json.map(Json.map(body, DEVICES), device)
                    .forEach(
                        (point, value) ->
                            confirmed
                                .computeIfAbsent(device, id -> new HashMap<>())
                                .put(point, new Confirmed(value, nowMillis))));
    errors.clear();
    errors.putAll(Json.map(body, "errors"));
  }

  /**
   * The document of now.
   *
   * @param desired names the points that come first
   * @param room in bytes
   */
  Map<String, Object> document(Map<String, Object> desired, int room, long nowMillis) {
    confirmed
        .values()
        .forEach(of -> of.values().removeIf(c -> nowMillis - c.millis() > CONFIRMED_MILLIS));
    confirmed.values().removeIf(Map::isEmpty);
    var filling = new Filling(gateway, room - FRAME);
    List<CurrentValues.Device> devices = current.devices();
    Map<String, Object> wanted = Json.map(desired, DEVICES);
    for (CurrentValues.Device device : devices) {
      Map<String, Object> first = Json.map(wanted, device.id());
      if (!first.isEmpty()) {
        points(device, first, true, filling);
      }
    }
    filling.all("errors", errors);
    for (CurrentValues.Device device : devices) {
      filling.flag("up", device.id(), device.up());
    }
    for (CurrentValues.Device device : devices) {
      points(device, Json.map(wanted, device.id()), false, filling);
    }
    return filling.document();
  }

  private void points(
      CurrentValues.Device device, Map<String, Object> wanted, boolean those, Filling into) {
    for (CurrentValues.Point point : device.points()) {
      String name = point.column().name();
      if (wanted.containsKey(name) == those) {
        Object value = value(device, point);
        if (value != null) {
          into.put(device.id(), name, value);
        }
      }
    }
  }

  private @Nullable Object value(CurrentValues.Device device, CurrentValues.Point point) {
    Confirmed said = confirmed.getOrDefault(device.id(), Map.of()).get(point.column().name());
    Moment read = point.time();
    if (said != null && (read == null || read.millis(offsets) <= said.millis())) {
      return said.value();
    }
    return device.up() ? PointValue.of(point) : null;
  }

  /** A document that grows to a size and no further. */
  private static final class Filling {

    private final Map<String, Object> top = new TreeMap<>();
    private final Map<String, Object> devices = new TreeMap<>();
    private int room;
    private int omitted;

    Filling(String gateway, int room) {
      top.put("gateway", gateway);
      this.room = room - size("gateway", gateway);
    }

    void all(String section, Map<String, Object> entries) {
      entries.forEach((key, value) -> put(section, top, key, value));
    }

    void flag(String section, String key, boolean value) {
      put(section, top, key, value);
    }

    void put(String device, String point, Object value) {
      put(device, devices, point, value);
    }

    /** Once something finds no room, nothing does: what is there does not change by size. */
    private void put(String section, Map<String, Object> in, String key, Object value) {
      int size =
          omitted > 0 ? 0 : size(key, value) + (in.containsKey(section) ? 0 : size(section, ""));
      if (omitted > 0 || size > room) {
        omitted++;
        return;
      }
      room -= size;
      inner(in, section).put(key, value);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> inner(Map<String, Object> in, String section) {
      return (Map<String, Object>)
          in.computeIfAbsent(section, name -> new LinkedHashMap<String, Object>());
    }

    /** With its comma, and one more. */
    private static int size(String key, Object value) {
      return Documents.write(Map.of(key, value)).length();
    }

    Map<String, Object> document() {
      if (!devices.isEmpty()) {
        top.put(DEVICES, devices);
      }
      if (omitted > 0) {
        top.put("omitted", BigDecimal.valueOf(omitted));
      }
      return top;
    }
  }
}

package dev.sluice.gateway.cli;

import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.StoredRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A record of an outbox in words, and as JSON; of the devices that are asked for. */
final class OutboxRecordText {

  private final String device;

  /**
   * For one device.
   *
   * @param device its id; empty for all
   */
  OutboxRecordText(String device) {
    this.device = device;
  }

  /** The word of a stored kind; a number when this version does not know it. */
  static String kind(int code) {
    for (RecordKind kind : RecordKind.values()) {
      if (kind.code() == code) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }
    return Integer.toString(code);
  }

  /**
   * The record in lines; none when it has nothing of the device.
   *
   * @throws DecodeException when it is not what its kind says
   */
  List<String> lines(StoredRecord record, long wallMillis) throws DecodeException {
    String head =
        record.seq()
            + " "
            + kind(record.kind())
            + " written "
            + Amount.time(wallMillis)
            + ", "
            + Amount.bytes(record.payload().length);
    var lines = new ArrayList<String>();
    if (record.kind() == RecordKind.DATA.code()) {
      RecordRows rows = rows(record);
      rows.rows().stream()
          .filter(row -> wanted(row.device()))
          .forEach(row -> lines.add("  " + text(row)));
      String clock = rows.clockTrusted() ? "" : ", clock untrusted";
      lines.add(0, head + ", " + Amount.of(record.readings(), "reading") + clock);
      return lines.size() == 1 && !device.isEmpty() ? List.of() : lines;
    }
    lines.add(head);
    if (record.kind() == RecordKind.DEVICE_STATE.code()) {
      DeviceStateRecord state = state(record);
      if (!wanted(state.device())) {
        return List.of();
      }
      lines.add(
          "  "
              + state.device()
              + " "
              + Amount.time(state.timeMillis())
              + (state.up() ? " up" : " down: " + state.reason())
              + (state.clockTrusted() ? "" : ", clock untrusted"));
    } else if (!device.isEmpty()) {
      return List.of();
    } else if (record.kind() == RecordKind.GAP.code()) {
      GapRecord gap = gap(record);
      lines.add(
          "  "
              + Amount.range(gap.first(), gap.last())
              + " will never come ("
              + gap.reason()
              + "), "
              + Amount.of(gap.count(), "reading")
              + (gap.uplink().isEmpty() ? "" : ", for " + gap.uplink()));
    }
    return lines;
  }

  /** The same for programs; empty when it has nothing of the device. */
  JsonObject json(StoredRecord record, long wallMillis) throws DecodeException {
    var json =
        new JsonObject()
            .put("seq", record.seq())
            .put("kind", kind(record.kind()))
            .put("written_t", wallMillis == 0 ? null : wallMillis)
            .put("bytes", record.payload().length)
            .put("readings", record.readings());
    if (record.kind() == RecordKind.DATA.code()) {
      RecordRows rows = rows(record);
      var devices = new JsonObject();
      for (RecordRows.Row row : rows.rows()) {
        if (wanted(row.device())) {
          if (!devices.containsKey(row.device())) {
            devices.put(row.device(), new JsonArray());
          }
          devices.getJsonArray(row.device()).add(json(row));
        }
      }
      json.put("clock", rows.clockTrusted() ? "trusted" : "untrusted").put("devices", devices);
      return devices.isEmpty() && !device.isEmpty() ? new JsonObject() : json;
    }
    if (record.kind() == RecordKind.DEVICE_STATE.code()) {
      DeviceStateRecord state = state(record);
      return wanted(state.device())
          ? json.put("device", state.device())
              .put("t", state.timeMillis())
              .put("clock", state.clockTrusted() ? "trusted" : "untrusted")
              .put("up", state.up())
              .put("reason", state.reason())
          : new JsonObject();
    }
    if (!device.isEmpty()) {
      return new JsonObject();
    }
    if (record.kind() == RecordKind.GAP.code()) {
      GapRecord gap = gap(record);
      json.put("first", gap.first())
          .put("last", gap.last())
          .put("count", gap.count())
          .put("reason", gap.reason())
          .put("uplink", gap.uplink());
    }
    return json;
  }

  /**
   * Whether this version knows the kind of the record.
   *
   * @throws DecodeException when it is not what its kind says
   */
  boolean isReadable(StoredRecord record) throws DecodeException {
    if (record.kind() == RecordKind.DATA.code()) {
      return rows(record) != null;
    }
    if (record.kind() == RecordKind.DEVICE_STATE.code()) {
      return state(record) != null;
    }
    return record.kind() == RecordKind.GAP.code();
  }

  private boolean wanted(String id) {
    return device.isEmpty() || device.equals(id);
  }

  private static String text(RecordRows.Row row) {
    var words = new StringBuilder(row.device()).append(' ').append(Amount.time(row.timeMillis()));
    row.values()
        .forEach(
            (point, value) -> {
              words.append(' ').append(point).append('=').append(RawValue.words(value));
              String unit = row.units().get(point);
              if (unit != null) {
                words.append(' ').append(unit);
              }
              String quality = row.qualities().get(point);
              if (quality != null) {
                words.append(" (").append(quality).append(')');
              }
            });
    row.qualities()
        .forEach(
            (point, quality) -> {
              if (!row.values().containsKey(point)) {
                words.append(' ').append(point).append("=- (").append(quality).append(')');
              }
            });
    return words.toString();
  }

  private static JsonObject json(RecordRows.Row row) {
    var values = new JsonObject();
    row.values().forEach((point, value) -> values.put(point, RawValue.json(value)));
    var json = new JsonObject().put("t", row.timeMillis()).put("v", values);
    if (!row.qualities().isEmpty()) {
      Map<String, Object> qualities = new LinkedHashMap<>(row.qualities());
      json.put("q", new JsonObject(qualities));
    }
    return json;
  }

  private static RecordRows rows(StoredRecord record) throws DecodeException {
    var rows = new RecordRows();
    try {
      BatchReader.read(record.payload(), rows);
    } catch (RecordFormatException e) {
      throw new DecodeException("not readable as data: " + e.getMessage());
    }
    return rows;
  }

  private static DeviceStateRecord state(StoredRecord record) throws DecodeException {
    try {
      return DeviceStateRecord.decode(record.payload());
    } catch (RecordFormatException e) {
      throw new DecodeException("not readable as device state: " + e.getMessage());
    }
  }

  private static GapRecord gap(StoredRecord record) throws DecodeException {
    try {
      return GapRecord.decode(record.payload());
    } catch (OutboxException e) {
      throw new DecodeException(String.valueOf(e.getMessage()));
    }
  }
}

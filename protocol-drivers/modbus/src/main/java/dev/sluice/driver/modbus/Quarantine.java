package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Refusals;
import dev.sluice.driver.modbus.plan.Refusals.Span;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what a device refuses over restarts, and tells the owner. The state is a small JSON text
 * {@code {"v":1,"unit":5,"bad":[["holding",17,2]],"cuts":[["input",40,1]]}}; one that is damaged or
 * of another unit is worth nothing.
 */
final class Quarantine {

  private static final int VERSION = 1;
  private static final String SUBJECT = "refused_addresses";

  /** Spans in a note; the rest is counted. */
  private static final int NAMED = 8;

  /**
   * More than that does not fit a state; a device that refuses so much is not the one configured.
   */
  private static final int MOST = 1_000;

  private Quarantine() {}

  static void load(DeviceContext context, int unit, Refusals into) {
    if (context.state().length() == 0) {
      return;
    }
    try {
      var json = new JsonObject(context.state());
      if (json.getInteger("v", 0) == VERSION && json.getInteger("unit", -1) == unit) {
        into.restore(spans(json.getJsonArray("bad")), spans(json.getJsonArray("cuts")));
      }
    } catch (RuntimeException e) {
      // Damaged: it will be found out again.
      context.count("state_unreadable", 1);
    }
  }

  private static List<Span> spans(JsonArray json) {
    var spans = new ArrayList<Span>();
    for (int i = 0; i < Math.min(MOST, json.size()); i++) {
      JsonArray span = json.getJsonArray(i);
      Table table = Table.ofWord(span.getString(0));
      int address = span.getInteger(1);
      int length = span.getInteger(2);
      if (table != null && address >= 0 && length > 0 && address + length <= 65_536) {
        spans.add(new Span(table, address, length));
      }
    }
    return spans;
  }

  static void save(DeviceContext context, int unit, Refusals refusals) {
    Buffer state =
        new JsonObject()
            .put("v", VERSION)
            .put("unit", unit)
            .put("bad", json(refusals.quarantined()))
            .put("cuts", json(refusals.cuts()))
            .toBuffer();
    // What cannot be kept is found out again after a restart.
    context.saveState(state).onFailure(e -> context.count("state_not_saved", 1));
  }

  private static JsonArray json(List<Span> spans) {
    var json = new JsonArray();
    spans.stream()
        .limit(MOST)
        .forEach(
            span ->
                json.add(
                    new JsonArray()
                        .add(span.table().word())
                        .add(span.address())
                        .add(span.length())));
    return json;
  }

  static void tell(DeviceContext context, Refusals refusals, String every) {
    List<Span> bad = refusals.quarantined();
    if (bad.isEmpty()) {
      context.note(SUBJECT, "");
      return;
    }
    var words = new ArrayList<String>();
    bad.stream().limit(NAMED).forEach(span -> words.add(span.table().word() + " " + range(span)));
    if (bad.size() > NAMED) {
      words.add(bad.size() - NAMED + " more");
    }
    context.note(
        SUBJECT,
        "the device refuses "
            + String.join(", ", words)
            + "; not read any more, but tried again every "
            + every
            + "; check the addresses with its manual");
  }

  private static String range(Span span) {
    return span.length() == 1
        ? Integer.toString(span.address())
        : span.address() + ".." + (span.address() + span.length() - 1);
  }
}

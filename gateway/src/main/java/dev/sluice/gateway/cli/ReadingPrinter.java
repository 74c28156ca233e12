package dev.sluice.gateway.cli;

import dev.sluice.driver.PollException;
import dev.sluice.gateway.acquire.Attempt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells what was read: to people as a table with advice, to programs as JSON. */
final class ReadingPrinter {

  private ReadingPrinter() {}

  static void table(List<Reading> readings, PrintWriter out) {
    var table = new Table();
    for (Reading reading : readings) {
      Double millis = reading.millis();
      Object raw = reading.raw();
      String type = reading.rawType().word();
      table.row(
          reading.point(),
          reading.words(),
          reading.quality().word(),
          raw == null ? "" : "raw " + RawValue.words(raw) + " " + type,
          reading.attempt().transaction(),
          millis == null ? "" : String.format(Locale.ROOT, "%.1f ms", millis));
    }
    table.print(out);
  }

  /** What went wrong, each once, and what to look at. */
  static void failures(List<Reading> readings, PrintWriter err) {
    Set<Attempt> told = new LinkedHashSet<>();
    readings.forEach(reading -> told.add(reading.attempt()));
    Set<String> advice = new LinkedHashSet<>();
    for (Attempt attempt : told) {
      PollException failure = attempt.failure();
      if (failure != null) {
        String tries = attempt.tries() > 1 ? " (" + attempt.tries() + " times)" : "";
        err.println("sluice: " + attempt.transaction() + ": " + failure.getMessage() + tries);
        advice.add(Advice.on(failure));
      }
    }
    advice.forEach(words -> err.println("sluice: " + words));
  }

  static JsonArray json(List<Reading> readings) {
    var array = new JsonArray();
    for (Reading reading : readings) {
      var json = new JsonObject().put("point", reading.point());
      Object value = reading.value();
      json.put("value", value == null ? null : RawValue.json(value));
      if (!reading.unit().isEmpty()) {
        json.put("unit", reading.unit());
      }
      json.put("quality", reading.quality().word());
      Object raw = reading.raw();
      json.put("raw", raw == null ? null : RawValue.json(raw));
      json.put("type", reading.rawType().word());
      json.put("transaction", reading.attempt().transaction());
      json.put("tries", reading.attempt().tries());
      json.put("reply_ms", reading.millis());
      PollException failure = reading.attempt().failure();
      if (failure != null) {
        json.put("failure", failure.failure().name().toLowerCase(Locale.ROOT));
        json.put("detail", failure.getMessage());
      }
      array.add(json);
    }
    return array;
  }
}

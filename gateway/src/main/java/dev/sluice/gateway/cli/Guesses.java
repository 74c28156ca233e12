package dev.sluice.gateway.cli;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Guessing;
import dev.sluice.driver.PointSettings;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.PointSpec;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Every way in which one place of a device could be meant. */
final class Guesses {

  private Guesses() {}

  /** A device whose points are the ways to read its first point. */
  static DeviceSpec of(DeviceSpec device, Driver driver) throws CommandException {
    if (!(driver instanceof Guessing guessing)) {
      throw CommandException.refused(
          "driver " + driver.type() + " knows only one way to read a place");
    }
    List<JsonObject> guesses = guessing.guesses(device.settings().points().get(0).json());
    List<String> telling = tellingKeys(guesses);
    var settings = new ArrayList<PointSettings>();
    var specs = new ArrayList<PointSpec>();
    Set<String> names = new HashSet<>();
    for (JsonObject guess : guesses) {
      String name = name(guess, telling);
      if (names.add(name)) {
        settings.add(new PointSettings(name, guess));
        specs.add(new PointSpec(Duration.ofSeconds(1), "", PointRules.NONE));
      }
    }
    return new DeviceSpec(
        device.line(),
        new DeviceSettings(device.id(), device.settings().json(), settings),
        device.timeout(),
        device.retries(),
        specs);
  }

  /** The keys in which guesses differ: the rest is known to whoever asked. */
  private static List<String> tellingKeys(List<JsonObject> guesses) {
    Set<String> keys = new LinkedHashSet<>();
    guesses.forEach(guess -> keys.addAll(guess.fieldNames()));
    return keys.stream()
        .filter(
            key ->
                guesses.stream()
                        .map(guess -> Objects.toString(guess.getValue(key)))
                        .distinct()
                        .count()
                    > 1)
        .toList();
  }

  private static String name(JsonObject guess, List<String> telling) {
    var parts = new ArrayList<String>();
    for (String key : telling) {
      if (guess.containsKey(key)) {
        parts.add(key + ": " + guess.getValue(key));
      }
    }
    return parts.isEmpty() ? "as it is" : String.join(", ", parts);
  }

  /** Those that came to a value, with a mark where no device would say such a thing. */
  static void print(List<Reading> readings, PrintWriter out) {
    var table = new Table();
    for (Reading reading : readings) {
      Object value = reading.value();
      if (value != null) {
        String mark = RawValue.isUnlikely(value) ? "unlikely" : "";
        table.row(reading.point(), RawValue.words(value), mark);
      }
    }
    table.print(out);
  }
}

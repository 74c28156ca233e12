package dev.sluice.gateway.cli;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One way in which the medium could be set.
 *
 * @param line keys of a line
 * @param words for people, for example {@code 9600 8N1}
 */
record ScanSetting(JsonObject line, String words) {

  private static final String SERIAL = "serial";
  private static final String BAUD = "baud";
  private static final String PARITY = "parity";
  private static final String STOP_BITS = "stopBits";

  /** A question and a short answer, framing included. */
  private static final int CHARACTERS = 24;

  private static final int BITS = 11;

  static ScanSetting of(JsonObject line) {
    JsonObject serial = line.getJsonObject(SERIAL);
    JsonObject tcp = line.getJsonObject("tcp");
    if (serial == null) {
      return new ScanSetting(
          line,
          tcp == null
              ? "as configured"
              : tcp.getString("host") + ":" + tcp.getInteger("port", 502));
    }
    String parity = serial.getString(PARITY, "even");
    return new ScanSetting(
        line,
        serial.getInteger(BAUD, 0)
            + " "
            + serial.getInteger("dataBits", 8)
            + parity.substring(0, 1).toUpperCase(Locale.ROOT)
            + serial.getInteger(STOP_BITS, 1));
  }

  /**
   * Those that are to be tried, the likeliest first.
   *
   * @param variants what the driver proposes, in its order; with those of the likeliest own
   *     settings first
   * @param bauds only these; all if empty. Those that the driver does not propose are tried too
   * @param parities only these; all if empty
   * @param stopBits only these; all if empty
   */
  static List<ScanSetting> chosen(
      List<JsonObject> variants,
      List<Integer> bauds,
      List<String> parities,
      List<Integer> stopBits) {
    Set<JsonObject> wanted = new LinkedHashSet<>();
    List<JsonObject> all = new ArrayList<>(variants);
    for (int baud : bauds) {
      if (variants.stream().noneMatch(v -> baud == v.getJsonObject(SERIAL).getInteger(BAUD))) {
        variants.forEach(v -> all.add(with(v, BAUD, baud)));
      }
    }
    for (String parity : parities) {
      if (variants.stream()
          .noneMatch(v -> parity.equals(v.getJsonObject(SERIAL).getString(PARITY)))) {
        List.copyOf(all).forEach(v -> all.add(with(v, PARITY, parity)));
      }
    }
    for (JsonObject each : all) {
      JsonObject serial = each.getJsonObject(SERIAL);
      boolean fits =
          serial == null
              || ((bauds.isEmpty() || bauds.contains(serial.getInteger(BAUD)))
                  && (parities.isEmpty() || parities.contains(serial.getString(PARITY)))
                  && (stopBits.isEmpty() || stopBits.contains(serial.getInteger(STOP_BITS))));
      if (fits) {
        wanted.add(each);
      }
    }
    return wanted.stream().map(ScanSetting::of).toList();
  }

  private static JsonObject with(JsonObject line, String key, Object value) {
    JsonObject copy = line.copy();
    copy.getJsonObject(SERIAL).put(key, value);
    return copy;
  }

  /** How long one transaction may take: what was asked for, and what the bytes take on the wire. */
  Duration timeout(Duration asked) {
    JsonObject serial = line.getJsonObject(SERIAL);
    int baud = serial == null ? 0 : serial.getInteger(BAUD, 0);
    return baud <= 0 ? asked : asked.plusMillis(CHARACTERS * BITS * 1_000L / baud);
  }
}

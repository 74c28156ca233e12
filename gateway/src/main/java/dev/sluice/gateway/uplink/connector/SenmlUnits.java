package dev.sluice.gateway.uplink.connector;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Units as they are written in SenML. A record may name only what is registered (RFC 8428, 12.1 and
 * RFC 8798, 2); a multiple such as kWh is a secondary unit there (RFC 8798, 3), which a pack of the
 * plain version may not name. What has no exact counterpart has no unit.
 */
final class SenmlUnits {

  private static final Set<String> REGISTERED =
      Set.of(
          "m",
          "kg",
          "g",
          "s",
          "A",
          "K",
          "cd",
          "mol",
          "Hz",
          "rad",
          "sr",
          "N",
          "Pa",
          "J",
          "W",
          "C",
          "V",
          "F",
          "Ohm",
          "S",
          "Wb",
          "T",
          "H",
          "Cel",
          "lm",
          "lx",
          "Bq",
          "Gy",
          "Sv",
          "kat",
          "m2",
          "m3",
          "l",
          "m/s",
          "m/s2",
          "m3/s",
          "l/s",
          "W/m2",
          "cd/m2",
          "bit",
          "bit/s",
          "lat",
          "lon",
          "pH",
          "dB",
          "dBW",
          "Bspl",
          "count",
          "/",
          "%",
          "%RH",
          "%EL",
          "EL",
          "1/s",
          "1/min",
          "beat/min",
          "beats",
          "S/m",
          "B",
          "VA",
          "VAs",
          "var",
          "vars",
          "J/m",
          "kg/m3",
          "deg");

  private static final Map<String, String> OTHER_SPELLINGS = spellings();

  private SenmlUnits() {}

  /** Empty for none. */
  static String of(String unit) {
    String known = OTHER_SPELLINGS.getOrDefault(unit, unit);
    return REGISTERED.contains(known) ? known : "";
  }

  private static Map<String, String> spellings() {
    var other = new HashMap<String, String>();
    other.put("\u00b0C", "Cel");
    other.put("degC", "Cel");
    other.put("\u2103", "Cel");
    other.put("\u00b0", "deg");
    other.put("\u03a9", "Ohm"); // the Greek letter
    other.put("\u2126", "Ohm"); // the sign
    other.put("ohm", "Ohm");
    other.put("m\u00b2", "m2");
    other.put("m^2", "m2");
    other.put("m\u00b3", "m3");
    other.put("m^3", "m3");
    other.put("m/s\u00b2", "m/s2");
    other.put("m\u00b3/s", "m3/s");
    other.put("W/m\u00b2", "W/m2");
    other.put("cd/m\u00b2", "cd/m2");
    other.put("kg/m\u00b3", "kg/m3");
    other.put("L", "l");
    other.put("L/s", "l/s");
    other.put("Ws", "J");
    other.put("VAr", "var");
    other.put("rpm", "1/min");
    return Map.copyOf(other);
  }
}

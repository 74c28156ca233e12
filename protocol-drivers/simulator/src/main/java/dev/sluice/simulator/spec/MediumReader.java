package dev.sluice.simulator.spec;

import java.util.Set;

/** Reads what a line is reached through: {@code port}, or {@code serial}. */
final class MediumReader {

  static final String PORT = "port";
  static final String SERIAL = "serial";

  private MediumReader() {}

  /** The medium of a line; any free TCP port when it says nothing. */
  static Medium read(YamlNode line) throws PlantException {
    if (!line.has(SERIAL)) {
      return new Medium.Tcp(line.whole(PORT, 0, 65_535, 0));
    }
    if (line.has(PORT)) {
      throw new PlantException(line.path(), "both", "one of port, serial");
    }
    YamlNode serial = line.get(SERIAL).only(Set.of("baud", "dataBits", "parity", "stopBits"));
    return new Medium.Serial(
        serial.whole("baud", 300, 1_000_000, 19_200),
        serial.whole("dataBits", 7, 8, 8),
        serial.has("parity") ? serial.get("parity").word(Medium.Parity.class) : Medium.Parity.EVEN,
        serial.whole("stopBits", 1, 2, 1));
  }
}

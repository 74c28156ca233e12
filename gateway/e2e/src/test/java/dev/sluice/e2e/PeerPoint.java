package dev.sluice.e2e;

import java.util.List;

/**
 * What a Modbus peer says it holds, from a line {@code point NAME UNIT AT TYPE ORDER VALUE}.
 *
 * @param at as configured, for example {@code holding 1000}
 * @param type as configured; a string's length follows in {@code length}
 * @param value as the peer prints it; {@code bad_value} for what is no number
 */
record PeerPoint(
    String name, int unit, String at, String type, int length, String order, String value) {

  static List<PeerPoint> parse(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("point "))
        .map(PeerPoint::parseLine)
        .toList();
  }

  private static PeerPoint parseLine(String line) {
    String[] words = line.split(" ", 7);
    String[] type = words[4].split(":", 2);
    return new PeerPoint(
        words[1],
        Integer.parseInt(words[2]),
        words[3].replace(':', ' '),
        type[0],
        type.length > 1 ? Integer.parseInt(type[1]) : 0,
        words[5],
        words[6]);
  }

  /** A register or a bit of unit 1, as a peer would tell it. */
  static PeerPoint of(String name, String at, String type, Object value) {
    return new PeerPoint(name, 1, at, type, 0, "ABCD", value.toString());
  }

  /** The point's keys as a line of YAML. */
  String yaml() {
    var text = new StringBuilder("{ at: \"" + at + "\", type: " + type);
    if (length > 0) {
      text.append(", length: ").append(length);
    }
    if (!"ABCD".equals(order)) {
      text.append(", order: ").append(order);
    }
    return text.append(" }").toString();
  }
}

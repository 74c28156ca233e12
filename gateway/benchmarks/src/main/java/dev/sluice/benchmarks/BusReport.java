package dev.sluice.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a paced line saw in a window.
 *
 * @param use of the bus, as part of what a perfect master had made of it
 * @param seconds from the first request to the latest one
 * @param answered requests that got a good reply
 * @param damaged those whose reply was damaged on the way
 * @param silent requests that nobody answered
 * @param bad frames that were no requests
 * @param violations requests that began before the line was silent for t3.5
 * @param shortestMicros the shortest silence before a request
 * @param lateMicros by how much the line itself was late on average, which counts against the
 *     master
 * @param lostMicros what the median of the good transactions took longer than it had to
 * @param byUnit good replies of units 1, 2, ...
 */
record BusReport(
    double use,
    double seconds,
    long answered,
    long damaged,
    long silent,
    long bad,
    long violations,
    double shortestMicros,
    double lateMicros,
    double lostMicros,
    List<Long> byUnit) {

  /** Reads the words that follow {@code report}: names and values by turns. */
  static BusReport of(String... words) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i + 1 < words.length; i += 2) {
      values.put(words[i], words[i + 1]);
    }
    return new BusReport(
        Double.parseDouble(value(values, "use")),
        Double.parseDouble(value(values, "seconds")),
        Long.parseLong(value(values, "answered")),
        Long.parseLong(value(values, "damaged")),
        Long.parseLong(value(values, "silent")),
        Long.parseLong(value(values, "bad")),
        Long.parseLong(value(values, "violations")),
        Double.parseDouble(value(values, "shortest")),
        Double.parseDouble(value(values, "late")),
        Double.parseDouble(value(values, "lost")),
        Stream.of(value(values, "units").split(",", -1)).map(Long::valueOf).toList());
  }

  /** Good transactions a second. */
  double rate() {
    return answered / seconds;
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a report without " + name + ": " + values);
    }
    return value;
  }
}

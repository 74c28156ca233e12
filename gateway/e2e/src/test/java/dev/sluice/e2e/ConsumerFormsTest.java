package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reader of {@code deploy/consumers} prints the same readings from every form of the connector
 * {@code mqtt}: one gateway sends them all, an uplink for each.
 */
class ConsumerFormsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int RECORDS = 8;

  /** What a line of the reader says. */
  private record Reading(String time, String name, String value, String quality, long seq) {

    static Reading of(String line) {
      String[] words = line.split(" ");
      assertThat(words).as(line).hasSize(5);
      long seq = words[4].equals("None") ? 0 : Long.parseLong(words[4]);
      return new Reading(words[0], words[1], number(words[2]), words[3], seq);
    }

    /** 230.0 and 230 are one number; how many zeros it has is a matter of the form. */
    private static String number(String text) {
      boolean isNumber = text.matches("-?[0-9.]+([eE][-+]?[0-9]+)?");
      return isNumber ? new BigDecimal(text).stripTrailingZeros().toPlainString() : text;
    }

    /** What the form plain tells of it. */
    Reading plain() {
      boolean good = quality.equals("good");
      String text = value.replace("True", "true").replace("False", "false");
      return new Reading("None", name, good ? text : "None", good ? quality : "unknown", 0);
    }
  }

  @TempDir Path directory;

  @Test
  void theReaderPrintsTheSameReadingsFromEveryForm() {
    Map<String, ChildProcess> readers = new LinkedHashMap<>();
    try (var server = LibmodbusServer.start(1);
        var broker = Mosquitto.plain(directory).start();
        var publisher = new Publisher(broker)) {
      var uplinks = new StringBuilder();
      for (String form : List.of("json", "cbor", "senml-json", "senml-cbor")) {
        for (String compression : List.of("none", "gzip", "zstd")) {
          String id = form + "-" + compression;
          uplinks.append(uplink(broker, id, form, "readings", "compression: " + compression));
          readers.put(id, Consumer.reader(broker, "f/" + id + "/#"));
        }
      }
      for (String form : List.of("value", "plain")) {
        uplinks.append(uplink(broker, form, form, "{device}/{point}", ""));
        readers.put(form, Consumer.reader(broker, "f/" + form + "/#"));
      }
      readers.forEach(
          (id, reader) -> {
            publisher.retain("f/" + id + "/a/probe/b", "1");
            Eventually.holds(
                id + " is subscribed", LIMIT, () -> reader.lines().size() == 1, reader::output);
          });
      try (var gateway = Distribution.start(site(server, uplinks.toString()))) {
        for (ChildProcess reader : readers.values()) {
          Eventually.holds(
              RECORDS + " records",
              LIMIT,
              () -> reader.lines().size() > 8 * RECORDS,
              reader::output);
        }
        gateway.stopInOrder();
      }
      judge(readers);
    } finally {
      readers.values().forEach(ChildProcess::close);
    }
  }

  private static String uplink(Mosquitto broker, String id, String form, String end, String more) {
    return """
          %s:
            connector: mqtt
            url: "tcp://127.0.0.1:%d"
            topic: "f/{uplink}/{gateway}/%s"
            statusTopic: ""
            form: %s
            %s
        """
        .formatted(id, broker.port(), end, form, more);
  }

  /** Integers of 32 bits, decimals, floats, bits and texts; and a device that does not answer. */
  private Site site(LibmodbusServer server, String uplinks) {
    var points = new TreeMap<String, String>();
    points.put("counter", "{ at: \"holding 0\", type: uint32 }");
    points.put("tenths", "{ at: \"holding 2\", type: uint16, scale: 0.1, unit: V }");
    points.put("thousandths", "{ at: \"holding 3\", type: int16, scale: 0.001, unit: kWh }");
    points.put("bit", "{ at: \"holding 4.0\", type: bool }");
    points.put("nowhere", "{ at: \"holding 60000\", type: uint16 }");
    return new Site(directory)
        .line("plc", server.port())
        .deviceOf("unit-1", "plc", 1, List.of("every: 200ms"), points)
        .linger("200ms")
        .uplinks(uplinks);
  }

  private static void judge(Map<String, ChildProcess> readers) {
    Map<String, List<Reading>> printed = new LinkedHashMap<>();
    readers.keySet().forEach(id -> printed.put(id, readings(readers, id)));
    List<Reading> all = printed.get("json-none");
    int whole = whole(all, printed.values());
    assertThat(whole).isGreaterThan(5 * RECORDS);
    printed.forEach(
        (id, found) -> {
          boolean plain = id.equals("plain");
          List<Reading> wanted = plain ? all.stream().map(Reading::plain).toList() : all;
          System.out.printf("%s: %d readings%n", id, found.size());
          assertThat(sorted(found.subList(0, whole)))
              .as(id)
              .isEqualTo(sorted(wanted.subList(0, whole)));
        });
    assertThat(all).extracting(Reading::quality).contains("good").doesNotContainNull();
    assertThat(all).anyMatch(reading -> reading.value.contains("."));
    assertThat(all).anyMatch(reading -> !reading.quality.equals("good"));
  }

  /** How many readings are of records that no reader is in the middle of. */
  private static int whole(List<Reading> all, Collection<List<Reading>> printed) {
    int whole = all.size();
    for (List<Reading> found : printed) {
      long seq = found.get(found.size() - 1).seq;
      long last = seq > 0 ? seq : all.get(Math.min(found.size(), all.size()) - 1).seq;
      whole = Math.min(whole, (int) all.stream().filter(reading -> reading.seq < last).count());
    }
    return whole;
  }

  private static List<Reading> readings(Map<String, ChildProcess> readers, String id) {
    List<String> lines = readers.get(id).lines();
    assertThat(lines).first().isEqualTo("None a/probe/b 1 good None");
    return lines.stream().skip(1).map(Reading::of).toList();
  }

  private static List<String> sorted(List<Reading> readings) {
    var lines = new ArrayList<>(readings.stream().map(Reading::toString).toList());
    lines.sort(null);
    return lines.stream().collect(Collectors.toUnmodifiableList());
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code store_readings.py} makes of messages that are not like the others. */
class StoreReadingsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String TOPIC = "site/plant/readings";

  @TempDir Path directory;

  /**
   * @param more keys of the message, with a comma behind each
   */
  private static String message(long seq, long low, String more, long time, String value) {
    return """
        {"schema":1,"gateway":"plant","stream":"S","seq":%d,"low":%d,%s"devices":{"m":[{"t":%d,"v":{"a":%s}}]}}"""
        .formatted(seq, low, more, time, value);
  }

  @Test
  void whatCannotBeStoredHoldsNothingUpAndWhatComesInAnotherWayIsKnown() {
    try (var broker = Mosquitto.plain(directory).start();
        var postgres = Postgres.start();
        var publisher = new Publisher(broker)) {
      // The broker's copy of an old message must not be taken for the beginning.
      publisher.retain(TOPIC, message(1, 1, "", 1_000, "0"));
      Path file = directory.resolve("readings.sqlite");
      try (var store = Consumer.store(broker, postgres.url(), "site/+/readings/#");
          var lite = Consumer.store(broker, file.toString(), "site/+/readings/#")) {
        publisher.publish(TOPIC, "{\"schema\":1,\"status\":\"online\"}");
        publisher.publish(TOPIC, "no message");
        publisher.publish(TOPIC, "{\"seq\":1}");
        publisher.publish(TOPIC, new byte[] {0x1f, (byte) 0x8b, 8, 0, 'n', 'o'});
        publisher.publish(TOPIC, message(1, 1, "", 1_000, "1").replace("\"S\"", "[\"S\"]"));
        publisher.publish(TOPIC, message(9, 9, "", 1_000, "\"half a character: \\ud800\""));
        publisher.publish(TOPIC, message(9, 9, "", Long.MAX_VALUE, "1"));
        // Before the clock was set, and once more after that.
        publisher.publish(TOPIC, message(10, 10, "\"clock\":\"untrusted\",", 5_000, "1"));
        publisher.publish(
            TOPIC, message(10, 10, "\"clock\":\"corrected\",", 1_700_000_000_000L, "1"));
        // Cut off, and sent again in smaller parts.
        publisher.publish(TOPIC, message(11, 11, "\"part\":[1,2],", 1_700_000_001_000L, "2"));
        publisher.publish(TOPIC, message(11, 11, "\"part\":[1,3],", 1_700_000_001_000L, "2"));
        publisher.publish(TOPIC, message(11, 11, "\"part\":[2,3],", 1_700_000_002_000L, "3"));
        publisher.publish(TOPIC, message(11, 11, "\"part\":[3,3],", 1_700_000_003_000L, "4"));
        // Two parts of three of the one before the last.
        publisher.publish(TOPIC, message(12, 12, "\"part\":[1,3],", 1_700_000_004_000L, "5"));
        publisher.publish(TOPIC, message(12, 12, "\"part\":[3,3],", 1_700_000_005_000L, "6"));
        publisher.publish(TOPIC, message(13, 12, "", 1_700_000_006_000L, "18446744073709551615"));
        publisher.publish(TOPIC, message(14, 14, "", 1_700_000_007_000L, "\"x\\u0000y\""));
        publisher.publish(TOPIC, message(15, 14, "", 1_700_000_008_000L, "true"));
        String last = "SELECT count(*) FROM reading WHERE seq = 15";
        Eventually.holds(
            "stored", LIMIT, () -> postgres.rows(last).equals(List.of("1")), store::output);
        Eventually.holds(
            "stored", LIMIT, () -> Consumer.sqlite(file, last).equals(List.of("1")), lite::output);
      }
      assertThat(
              postgres.rows(
                  "SELECT seq, extract(epoch FROM time)::bigint, number, truth, clock FROM reading"
                      + " ORDER BY seq, time"))
          .containsExactly(
              "1|1|0||trusted",
              "10|1700000000|1||corrected",
              "11|1700000001|2||trusted",
              "11|1700000002|3||trusted",
              "11|1700000003|4||trusted",
              "12|1700000004|5||trusted",
              "12|1700000005|6||trusted",
              "13|1700000006|18446744073709551615||trusted",
              "15|1700000008||t|trusted");
      assertThat(postgres.rows("SELECT problem FROM rejected"))
          .hasSize(7)
          .anyMatch(problem -> problem.contains("NUL"));
      // SQLite keeps the text with the NUL.
      assertThat(Consumer.sqlite(file, "SELECT count(*) FROM rejected")).containsExactly("6");
      assertThat(Consumer.sqlite(file, "SELECT count(*) FROM reading WHERE clock = 'untrusted'"))
          .containsExactly("0");
      String completeness = "SELECT since, complete_to, lost_records FROM completeness";
      String missing = "SELECT first_seq, last_seq, why FROM missing";
      assertThat(postgres.rows(completeness)).containsExactly("10|11|1");
      assertThat(postgres.rows(missing))
          .containsExactlyInAnyOrder("12|12|lost", "14|14|on its way");
      assertThat(Consumer.sqlite(file, completeness)).containsExactly("10|11|1");
      assertThat(Consumer.sqlite(file, missing)).containsExactly("12|12|lost");
    }
  }
}

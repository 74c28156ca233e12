package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of {@code deploy/consumers} is true: its messages are stored, and its queries print what
 * it shows. With {@code -Dsluice.write=true} what they print is written anew.
 */
class ConsumersPageTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path PAGE = Repository.file("deploy/consumers/README.md");

  @TempDir Path directory;

  private static Pattern pattern(String marker) {
    return Pattern.compile(
        "(<!-- " + Pattern.quote(marker) + " -->\n```[a-z]+\n)(.*?)```", Pattern.DOTALL);
  }

  private static String block(String page, String marker) {
    Matcher found = pattern(marker).matcher(page);
    assertThat(found.find()).as("a block after %s", marker).isTrue();
    return found.group(2);
  }

  @Test
  void itsQueriesPrintWhatItSays() throws IOException {
    String page = Files.readString(PAGE);
    Path file = directory.resolve("readings.sqlite");
    try (var broker = Mosquitto.plain(directory).start();
        var postgres = Postgres.start();
        var store = Consumer.store(broker, postgres.url(), "site/+/readings/#");
        var lite = Consumer.store(broker, file.toString(), "site/+/readings/#");
        var publisher = new Publisher(broker)) {
      List<String> messages = block(page, "messages").lines().toList();
      for (String message : messages) {
        int space = message.indexOf(' ');
        publisher.publish(message.substring(0, space), message.substring(space + 1));
      }
      String stored = "SELECT sum(messages) FROM stream";
      List<String> all = List.of(Integer.toString(messages.size()));
      Eventually.holds("stored", LIMIT, () -> postgres.rows(stored).equals(all), store::output);
      Eventually.holds(
          "stored", LIMIT, () -> Consumer.sqlite(file, stored).equals(all), lite::output);
      String written = page;
      for (String query : List.of("last values", "hourly means", "completeness")) {
        String table =
            postgres.table(block(page, "query: " + query)).stream()
                .map(line -> line.stripTrailing() + "\n")
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining());
        if (Boolean.getBoolean("sluice.write")) {
          written =
              pattern("prints: " + query)
                  .matcher(written)
                  .replaceFirst(m -> Matcher.quoteReplacement(m.group(1) + table + "```"));
        } else {
          assertThat(table).as(query).isEqualTo(block(page, "prints: " + query));
        }
      }
      if (!written.equals(page)) {
        Files.writeString(PAGE, written);
      }
      assertThat(Consumer.sqlite(file, block(page, "query: last values in SQLite")))
          .containsExactly(
              "plant-7|meter-1|energy|2023-11-14T22:13:20.123+00:00|18231.5",
              "plant-7|meter-1|voltage|2023-11-14T23:13:22.123+00:00|231.6");
      assertThat(Consumer.sqlite(file, block(page, "query: hourly means in SQLite")))
          .contains("2023-11-14 22:00|plant-7|meter-1|voltage|2|230.0|229.9|230.1");
      assertThat(Consumer.sqlite(file, block(page, "query: completeness")))
          .containsExactlyElementsOf(postgres.rows(block(page, "query: completeness")));
    }
  }
}

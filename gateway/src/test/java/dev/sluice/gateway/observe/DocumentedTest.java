package dev.sluice.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.ClockTrust;
import dev.sluice.gateway.acquire.SystemClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the gateway shows of itself stands in its README, and nothing that it does not show. */
class DocumentedTest {

  private static final Path README = Path.of("README.md");

  /** Mappings whose keys are names from elsewhere: drivers, qualities, reasons. */
  private static final Set<String> FREE =
      Set.of("failures", "events", "notes", "failed", "gaps", "gap_readings", "complaints");

  private final Plant plant = new Plant();

  @Test
  void everyMetricStandsInTheTableAndEveryRowOfItIsAMetric() throws Exception {
    var shown = new TreeSet<String>();
    Vertx vertx = Vertx.vertx();
    try {
      LoopWatch loops = LoopWatch.start(vertx, 1).toCompletionStage().toCompletableFuture().get();
      new Metrics(plant, loops, "1")
          .scrape()
          .lines()
          .filter(line -> line.startsWith("# TYPE "))
          .forEach(line -> shown.add(line.split(" ")[2]));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
    String table = Files.readString(README).replaceFirst("(?s)^.*### All of them", "");
    var documented = new TreeSet<String>();
    table
        .lines()
        .filter(line -> line.startsWith("| `sluice_"))
        .forEach(line -> documented.add(line.split("`")[1]));

    assertThat(documented).isEqualTo(shown);
  }

  @Test
  void everyFieldOfTheStatusIsExplained() throws Exception {
    var time = new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null));
    var paths = new TreeSet<String>();
    walk("", new Status(plant, time, "1").now(), paths);
    String readme = Files.readString(README);

    assertThat(paths).contains("lines.L.devices.D.reply_seconds.last", "outbox.unsynced_seconds");
    assertThat(paths).allSatisfy(path -> assertThat(isExplained(path, readme)).as(path).isTrue());
  }

  /** By a row of its own, or in the row of what it is part of. */
  private static boolean isExplained(String path, String readme) {
    int dot = path.lastIndexOf('.');
    String whole = path.substring(0, Math.max(0, dot));
    String part = Pattern.quote("`" + path.substring(dot + 1) + "`");
    return readme.contains("`" + path + "`")
        || Pattern.compile("(?m)^\\| `" + Pattern.quote(whole) + "` \\|.*" + part)
            .matcher(readme)
            .find();
  }

  private static void walk(String path, Object value, Set<String> into) {
    String last = path.substring(path.lastIndexOf('.') + 1);
    if (value instanceof JsonArray array && array.getValue(0) instanceof JsonObject) {
      walk(path, array.getValue(0), into);
    } else if (value instanceof JsonObject object && !(FREE.contains(last) && !path.isEmpty())) {
      for (Map.Entry<String, Object> field : object) {
        String name =
            switch (path) {
              case "lines" -> "L";
              case "uplinks" -> "U";
              case "lines.L.devices" -> "D";
              case "uplinks.U.credentials.certificates" -> "C";
              default -> field.getKey();
            };
        walk(path.isEmpty() ? name : path + "." + name, field.getValue(), into);
      }
    } else {
      into.add(path);
    }
  }
}

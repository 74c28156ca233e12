package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScanCommandTest extends CommandLineTest {

  private static final String[] PORT = {
    "scan", "--driver", "bench", "--timeout", "10ms", "--port", "/dev/ttyUSB0"
  };

  private int scan(String... more) {
    var all = new ArrayList<>(List.of(PORT));
    all.addAll(List.of(more));
    return run(all.toArray(new String[0]));
  }

  @Test
  void theLikeliestSettingsAndAddressesAreAskedFirst() {
    assertThat(scan()).isEqualTo(1);

    List<String> asked = List.copyOf(driver.sent);
    assertThat(asked).hasSize(4 * 30).doesNotHaveDuplicates();
    assertThat(asked.subList(0, 10)).isEqualTo(questions("9600 none", 1, 10));
    assertThat(asked.subList(10, 20)).isEqualTo(questions("19200 even", 1, 10));
    assertThat(asked.subList(40, 60)).isEqualTo(questions("9600 none", 11, 30));
    assertThat(err.toString())
        .startsWith("scanning /dev/ttyUSB0: 4 settings x 30 addresses, ")
        .contains("if nobody answers");
    assertThat(out.toString())
        .startsWith("0 devices found, 120 of 120 questions in ")
        .contains("nothing answered: are the devices powered");
  }

  @Test
  void whereADeviceAnswersTheRestOfItsSettingFollowsAndNoOther() {
    driver.present.put("19200 even 7", Map.of("vendor", "ACME", "product", "EM-340"));
    driver.present.put("19200 even 25", Map.of());

    assertThat(scan()).as(err.toString()).isZero();

    assertThat(driver.sent).hasSize(10 + 30);
    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("2 devices found, 40 of 120 questions in "),
            line ->
                assertThat(line)
                    .startsWith("  19200 8E1  address 7 ")
                    .contains("ACME", "EM-340", "cell 0: one register", "3.0 ms"),
            line -> assertThat(line).contains("address 25  says not who it is"),
            line -> assertThat(line).isEmpty(),
            line -> assertThat(line).isEqualTo("lines:"),
            line -> assertThat(line).isEqualTo("  bus-1:"),
            line -> assertThat(line).isEqualTo("    driver: bench"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "    serial: { port: /dev/ttyUSB0, baud: 19200, parity: even, stopBits: 1"
                            + " }"),
            line -> assertThat(line).isEqualTo("devices:"),
            line -> assertThat(line).startsWith("  device-7: # ").contains("ACME", "EM-340"),
            line -> assertThat(line).isEqualTo("    line: bus-1"),
            line -> assertThat(line).isEqualTo("    unit: 7"),
            line -> assertThat(line).isEqualTo("    points:"),
            line -> assertThat(line).startsWith("      first: { at: cell 0 } # "),
            line -> assertThat(line).isEqualTo("  device-25:"),
            line -> assertThat(line).isEqualTo("    line: bus-1"),
            line -> assertThat(line).isEqualTo("    unit: 25"),
            line -> assertThat(line).isEqualTo("    points:"),
            line -> assertThat(line).startsWith("      first: { at: cell 0 } # "));
  }

  @Test
  void theLinesForTheConfigurationAreAConfiguration() throws Exception {
    driver.present.put("9600 none 2", Map.of("vendor", "a: b\n#{ }"));
    assertThat(
            run(
                "scan",
                "--driver",
                "bench",
                "--timeout",
                "10ms",
                "--port",
                "/dev/a: b\"c",
                "--units",
                "1-3"))
        .isZero();

    String yaml = "gateway: { id: x }\n" + out.toString().replaceFirst("(?s)^.*?\n\n", "");
    Path file = Files.writeString(directory.resolve("pasted.yaml"), yaml);
    var loaded = new ConfigLoader(List.of(driver), ConfigLimits.DEFAULTS).load(file);

    assertThat(loaded.config().devices()).hasSize(1);
    assertThat(loaded.config().devices().get(0).settings().json().getInteger("unit")).isEqualTo(2);
    assertThat(loaded.config().lines().get(0).settings().json().getJsonObject("serial"))
        .isEqualTo(
            new JsonObject()
                .put("port", "/dev/a: b\"c")
                .put("baud", 9_600)
                .put("parity", "none")
                .put("stopBits", 1));
  }

  @Test
  void itEndsWithTheFirstDeviceOrGoesOnToTheEndAsTold() {
    driver.present.put("9600 none 3", Map.of());
    driver.present.put("9600 none 5", Map.of());
    driver.present.put("9600 even 5", Map.of());

    assertThat(scan("--first")).isZero();
    assertThat(driver.sent).hasSize(3);
    driver.sent.clear();
    assertThat(scan("--all")).isZero();
    assertThat(driver.sent).hasSize(120).doesNotHaveDuplicates();
    assertThat(out.toString()).contains("3 devices found, 120 of 120 questions");
    assertThat(scan("--all", "--first")).isEqualTo(2);
  }

  @Test
  void settingsAndAddressesCanBeChosenAlsoThoseThatNobodyProposes() {
    assertThat(scan("--baud", "14400,9600", "--parity", "none", "--units", "5,1-2")).isEqualTo(1);

    var expected = new ArrayList<>(questions("9600 none", 1, 2));
    expected.add("9600 none 5");
    expected.addAll(questions("14400 none", 1, 2));
    expected.add("14400 none 5");
    assertThat(driver.sent).containsExactlyElementsOf(expected);
  }

  @Test
  void aScanEndsWithItsTimeAndTellsWhatItHasNotAsked() {
    driver.present.put("9600 none 1", Map.of());

    assertThat(
            run(
                "scan",
                "--driver",
                "bench",
                "--port",
                "/dev/ttyUSB0",
                "--all",
                "--limit",
                "1s",
                "--timeout",
                "1s"))
        .isZero();

    assertThat(err.toString()).contains("; ends after 1 s (--limit)");
    assertThat(out.toString()).contains("; ended by --limit, the rest was not asked");
    assertThat(driver.sent.size()).isLessThan(30);
  }

  @Test
  void whoInterruptsAScanGetsWhatWasFound() throws Exception {
    driver.present.put("3", Map.of());
    try (var bench = new Workbench()) {
      driver.probed =
          question -> {
            if (question.equals("5")) {
              bench.interrupt();
            }
          };
      var line = new JsonObject().put("driver", "bench").put("tcp", new JsonObject());
      var scan =
          new Scan(
              bench,
              driver,
              List.of(new ScanSetting(line, "here")),
              IntStream.rangeClosed(1, 30).boxed().toList(),
              Duration.ofMillis(200),
              Duration.ofMinutes(5),
              Scan.Until.END,
              new ScanProgress(new PrintWriter(err), false, Duration.ofMinutes(5)));
      Scan.Report report = scan.run();
      assertThat(report.end()).isEqualTo(Scan.End.INTERRUPTED);
      assertThat(report.hits()).hasSize(1);
      assertThat(report.hits().get(0).found().address()).isEqualTo(3);
      assertThat(report.asked()).isEqualTo(5);
    }
  }

  @Test
  void noiseIsAHintThatSomethingIsThere() {
    driver.silent.put(
        "19200 even 1", BenchDriver.failure(PollFailure.BAD_REPLY, Quality.BAD_REPLY, "noise"));

    assertThat(scan("--units", "1-2")).isEqualTo(1);

    assertThat(out.toString())
        .contains(
            "something was heard that is no valid reply, at 19200 8E1: a device may be there");
  }

  @Test
  void aLineThatIsLostIsOpenedAgainButNotForEver() {
    driver.silent.put("9600 none 1", lost());
    driver.silent.put("9600 none 2", lost());

    assertThat(scan("--units", "1-3")).isEqualTo(1);

    assertThat(driver.sent).containsExactly("9600 none 1", "9600 none 1", "9600 none 2");
    assertThat(err.toString()).contains("the line is lost again and again: peer closed");
    assertThat(out.toString())
        .startsWith("0 devices found, 2 of 12 questions in ")
        .contains("; then the line failed, the rest was not asked");
  }

  @Test
  void whomALostLineKeptFromAnsweringIsAskedAgain() {
    driver.silent.put("9600 none 2", lost());
    driver.probed =
        question -> {
          if (Collections.frequency(driver.sent, "9600 none 2") == 2) {
            driver.present.put("9600 none 2", Map.of());
          }
        };

    assertThat(scan("--units", "1-3")).as(err.toString()).isZero();

    assertThat(driver.sent)
        .containsExactly("9600 none 1", "9600 none 2", "9600 none 2", "9600 none 3");
    assertThat(out.toString())
        .startsWith("1 device found, 3 of 12 questions in ")
        .contains("address 2  says not who it is");
  }

  @Test
  void anAddressAtWhichThePeerAlwaysClosesDoesNotHideTheOthers() {
    driver.silent.put("9600 none 2", lost());
    driver.present.put("9600 none 3", Map.of());

    assertThat(scan("--units", "1-3")).as(err.toString()).isZero();

    assertThat(driver.sent)
        .containsExactly("9600 none 1", "9600 none 2", "9600 none 2", "9600 none 3");
    assertThat(out.toString()).startsWith("1 device found, 3 of 12 questions in ");
  }

  private static PollException lost() {
    return BenchDriver.failure(PollFailure.LINE_DOWN, Quality.DISCONNECTED, "peer closed");
  }

  @Test
  void programsGetJson() {
    driver.present.put("19200 even 7", Map.of("vendor", "ACME"));

    assertThat(scan("--json")).isZero();

    var json = new JsonObject(out.toString());
    JsonObject found = json.getJsonArray("found").getJsonObject(0);
    assertThat(found.getInteger("address")).isEqualTo(7);
    assertThat(found.getJsonObject("identity").getString("vendor")).isEqualTo("ACME");
    assertThat(found.getJsonObject("line").getJsonObject("serial").getInteger("baud"))
        .isEqualTo(19_200);
    assertThat(json.getString("end")).isEqualTo("done");
    assertThat(json.getLong("asked")).isEqualTo(40);
  }

  @Test
  void behindAConnectionThereIsOneSetting() {
    driver.present.put("7", Map.of());

    assertThat(run("scan", "--driver", "bench", "--timeout", "10ms", "--tcp", "10.0.0.5:1502"))
        .as(err.toString())
        .isZero();

    assertThat(driver.sent).containsExactlyElementsOf(questions("", 1, 30));
    assertThat(out.toString()).contains("  link-1:", "tcp: { host: \"10.0.0.5\", port: 1502 }");
  }

  @Test
  void argumentsThatMakeNoSenseAreRefused() {
    assertThat(run("scan")).isEqualTo(2);
    assertThat(scan("--tcp", "10.0.0.5")).isEqualTo(2);
    assertThat(run("scan", "--driver", "bench", "--tcp", "10.0.0.5:99999")).isEqualTo(2);
    assertThat(run("scan", "--driver", "other", "--tcp", "10.0.0.5")).isEqualTo(2);
    assertThat(err.toString()).contains("no driver called \"other\"; there are bench");
    assertThat(scan("--units", "5-1")).isEqualTo(2);
    assertThat(scan("--units", "200-210")).isEqualTo(2);
    assertThat(err.toString()).contains("expected some of 1-30");
    assertThat(scan("--timeout", "10")).isEqualTo(2);
    assertThat(scan("--parity", "none", "--stop-bits", "2")).isEqualTo(2);
    assertThat(driver.sent).isEmpty();
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  private static List<String> questions(String setting, int first, int last) {
    String prefix = setting.isEmpty() ? "" : setting + " ";
    return IntStream.rangeClosed(first, last).mapToObj(address -> prefix + address).toList();
  }
}

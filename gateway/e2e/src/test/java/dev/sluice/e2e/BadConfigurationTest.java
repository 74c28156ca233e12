package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A bad configuration is explained and starts nothing: no socket, no file. */
class BadConfigurationTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;

  /** Name, text, and what the answer has to speak of. */
  static Stream<Arguments> bad() {
    return Stream.of(
        Arguments.of("unknown key", valid().replace("every: 1s", "evry: 1s"), List.of("evry")),
        Arguments.of(
            "wrong type", valid().replace("port: 502", "port: many"), List.of("port", "many")),
        Arguments.of("duplicate name", valid().replace("meter-2:", "meter-1:"), List.of("meter-1")),
        Arguments.of("missing line", valid().replace("plc-1:", "plc-9:"), List.of("plc-1")),
        Arguments.of("no address", valid().replace("at: holding 0, ", ""), List.of("level", "at")),
        Arguments.of("bad unit", valid().replace("1s", "1 parsec"), List.of("parsec")),
        Arguments.of("unit 999", valid().replace("unit: 1", "unit: 999"), List.of("unit", "999")),
        Arguments.of("not YAML", "lines: [", List.of("sluice.yaml")),
        Arguments.of("empty", "", List.of("sluice.yaml")),
        Arguments.of("10 MB", valid() + "# far too long\n".repeat(700_000), List.of("1048576")),
        Arguments.of("alias bomb", aliasBomb(), List.of("alias")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void isRefusedWithCode2AndNothingIsStarted(String name, String text, List<String> words) {
    Site site = new Site(directory);
    try (var gateway = Distribution.launch(site, site.write(withOutbox(text, site)), List.of())) {
      assertThat(gateway.process().awaitExit(LIMIT)).as(gateway.process().output()).isEqualTo(2);
      assertThat(gateway.process().output()).contains(words).doesNotContain("\tat ");
      assertThat(site.outbox()).doesNotExist();
    }
  }

  @Test
  void allErrorsAreNamedAtOnceAndNoSocketListens() throws IOException {
    Site site = new Site(directory);
    Path trace = directory.resolve("listen.trace");
    List<String> strace =
        List.of(
            ChildProcess.locate("strace"),
            "-f",
            "-qq",
            "-e",
            "trace=listen",
            "-o",
            trace.toString());
    String text =
        valid().replace("every: 1s", "evry: 1s").replace("unit: 1", "unit: 999") + "nonsense: 1\n";
    try (var gateway = Distribution.launch(site, site.write(withOutbox(text, site)), strace)) {
      assertThat(gateway.process().awaitExit(LIMIT.multipliedBy(2))).isEqualTo(2);
      assertThat(gateway.process().output()).contains("evry", "999", "nonsense");
      assertThat(Files.readString(trace)).doesNotContain("listen(");
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Site site = new Site(directory);
    Path absent = directory.resolve("absent.yaml");
    try (var gateway = Distribution.launch(site, absent, List.of())) {
      assertThat(gateway.process().awaitExit(LIMIT)).isEqualTo(2);
      assertThat(gateway.process().output()).contains("absent.yaml");
    }
  }

  private static String withOutbox(String text, Site site) {
    return text.replace("OUTBOX", site.outbox().toString())
        .replace("HTTP", Integer.toString(site.httpPort()));
  }

  private static String valid() {
    return """
    gateway: { id: e2e }
    http: { port: HTTP }
    lines:
      plc-1: { driver: modbus, tcp: { host: 127.0.0.1, port: 502 } }
    devices:
      meter-1:
        line: plc-1
        unit: 1
        every: 1s
        points:
          level: { at: holding 0, type: uint16 }
      meter-2:
        line: plc-1
        points:
          level: { at: holding 0, type: uint16 }
    uplinks:
      cloud: { connector: mqtt, url: "tcp://127.0.0.1:1", topic: "e2e/{gateway}" }
    outbox: { directory: "OUTBOX" }
    """;
  }

  private static String aliasBomb() {
    var text = new ArrayList<String>();
    text.add("a0: &a0 [x, x, x, x, x, x, x, x, x, x]");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      text.add("a%d: &a%d [%s]".formatted(i, i, String.join(", ", Collections.nCopies(10, alias))));
    }
    return String.join("\n", text) + "\n" + valid();
  }
}

package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real argument parsing, with captured input and output and a runner that only notes. */
class CliTest {

  private static final String MESSAGE =
      """
      {"schema":1,"seq":7,"devices":{"m":[{"t":5,"v":{"e":18446744073709551615,"p":230.10}}]}}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> ran = new ArrayList<>();
  private byte[] in = {};

  @TempDir Path directory;

  @Test
  void runHandsAValidConfigurationToTheRunnerAndReturnsItsCode() throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "gateway: { id: plant-7 }");

    assertThat(execute("run", file.toString())).isEqualTo(7);
    assertThat(ran).containsExactly("plant-7");
  }

  @Test
  void aBadConfigurationRunsNothingAndSaysEverythingOnStandardError() throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "gatway: 1\nhttp: { port: x }");

    for (String command : List.of("run", "check")) {
      assertThat(execute(command, file.toString())).isEqualTo(2);
      assertThat(err.toString().lines())
          .hasSize(4)
          .filteredOn(line -> line.startsWith(file + ":"))
          .hasSize(3)
          .allSatisfy(line -> assertThat(line).contains("found", "expected"));
      assertThat(out.toString()).isEmpty();
      err.getBuffer().setLength(0);
    }
    assertThat(ran).isEmpty();
  }

  @Test
  void checkTellsWhatAConfigurationWouldDo() {
    assertThat(execute("check", "src/test/resources/check/sluice.yaml")).isZero();

    assertThat(out.toString())
        .contains("sluice.yaml: valid, gateway plant-7")
        .contains("line plc-1 (modbus): 2 devices, 3 points, 3 polls, 2.5 polls/s")
        .contains("uplink cloud (mqtt): encrypted");
    assertThat(err.toString()).contains("warning: ").contains("devices/b/timeout");
    assertThat(ran).isEmpty();
  }

  @Test
  void wrongArgumentsAreSaidSoWithCodeTwo() {
    assertThat(execute("run")).isEqualTo(2);
    assertThat(err.toString()).contains("CONFIG");
    assertThat(execute("rnu", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("rnu").contains("run");
    assertThat(execute("run", "a", "b")).isEqualTo(2);
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void helpHasExamplesAndTheVersionIsNamed() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("Examples:", "sluice run", "Exit codes", "decode");
    for (String command :
        List.of("run", "check", "read", "write", "scan", "decode", "outbox", "verify", "schema")) {
      out.getBuffer().setLength(0);
      assertThat(execute(command, "--help")).isZero();
      assertThat(out.toString()).contains("Example", "sluice " + command);
    }
    out.getBuffer().setLength(0);
    assertThat(execute("--version")).isZero();
    assertThat(out.toString()).startsWith("sluice (not packaged)\nJava ");
  }

  @Test
  void aFaultOfOurOwnIsASentenceAndNoStackTrace() throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "gateway: { id: broken }");

    assertThat(execute("run", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("sluice: IllegalStateException: BUG: for the test")
        .doesNotContain("\tat ");
  }

  @Test
  void schemaPrintsTheSchemaAndTheReference() {
    assertThat(execute("schema")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"device-modbus\"");
    out.getBuffer().setLength(0);
    assertThat(execute("schema", "--reference")).isZero();
    assertThat(out.toString()).startsWith("# Configuration").contains("`maxBytes`");
  }

  @Test
  void decodeKeepsEveryDigitOfAMessagePlainOrCompressed() throws Exception {
    byte[] plain = MESSAGE.getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(directory.resolve("message"), Zstd.compress(plain));

    assertThat(decoded(plain)).contains("18446744073709551615").contains("230.10");
    assertThat(execute("decode", file.toString())).isZero();
    assertThat(out.toString()).contains("18446744073709551615").contains("230.10");
  }

  @Test
  void decodeTakesMessagesInARow() {
    String two = decoded((MESSAGE + "\n" + MESSAGE + "\n").getBytes(StandardCharsets.UTF_8));

    assertThat(two.split("\"schema\" : 1", -1)).hasSize(3);
  }

  @Test
  void decodeReadsStoredRecordsOfEveryKind() {
    assertThat(decoded(new DeviceStateRecord("meter-1", 5, true, false, "timeout").encode()))
        .contains("\"kind\" : \"device-state\"", "\"device\" : \"meter-1\"", "\"up\" : false");
    assertThat(decoded(new GapRecord(3, 9, 40, "bytes").encode()))
        .contains("\"kind\" : \"gap\"", "\"first\" : 3", "\"count\" : 40");
    assertThat(decoded(StoredRecord.ofTwoDevices()))
        .contains("\"kind\" : \"data\"", "\"clock\" : \"trusted\"")
        .contains("\"meter-1\" : [", "\"meter-2\" : [")
        .contains("\"t\" : 1700000000000", "\"t\" : 1700000001000", "\"t\" : 1699999999900")
        .contains("\"voltage\" : 230.1,", "\"energy\" : 18446744073709551615")
        .contains("\"power\" : 0.1,", "\"model\" : \"ö\"", "\"voltage\" : 290.0")
        .contains("\"voltage\" : \"out_of_range\"", "\"energy\" : \"timeout\"")
        .contains("\"voltage\" : -0.2");
    assertThat(decoded(StoredRecord.ofUntrustedClock()))
        .contains("\"clock\" : \"untrusted\"", "\"boot\" : \"boot-1\"")
        .contains("\"t\" : 1099", "\"monotonic_ms\" : 51099", "\"running\" : true");
  }

  @Test
  void whatIsNoPayloadIsSaidSoWithCodeOne() {
    for (byte[] junk :
        List.of(
            new byte[] {},
            new byte[] {1, 2, 3},
            "{\"a\":".getBytes(StandardCharsets.UTF_8),
            HexFormat.of().parseHex("28b52ffd0000"),
            HexFormat.of().parseHex("a1"),
            HexFormat.of().parseHex("84"),
            Zstd.compress(new byte[] {1, 2, 3}))) {
      in = junk;
      assertThat(execute("decode")).as(HexFormat.of().formatHex(junk)).isEqualTo(1);
      assertThat(err.toString()).startsWith("sluice: ").doesNotContain("\tat ", "BUG");
      err.getBuffer().setLength(0);
      out.getBuffer().setLength(0);
    }
    assertThat(execute("decode", directory.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).endsWith("none: found no such file, expected a payload\n");
  }

  private String decoded(byte[] payload) {
    in = payload;
    out.getBuffer().setLength(0);
    assertThat(execute("decode", "-")).as(err.toString()).isZero();
    return out.toString();
  }

  private int execute(String... args) {
    var cli =
        new Cli(
            DriverCatalog.load(),
            (file, loaded) -> {
              String gateway = loaded.config().gateway();
              if (gateway.equals("broken")) {
                throw new IllegalStateException("BUG: for the test");
              }
              ran.add(gateway);
              return 7;
            },
            new ByteArrayInputStream(in),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return cli.execute(args);
  }
}

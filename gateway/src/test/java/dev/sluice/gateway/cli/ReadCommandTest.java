package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ReadCommandTest extends CommandLineTest {

  private static final String POINTS =
      """
      temperature: { at: cell 1, scale: 0.1, unit: °C, deadband: 5, max: 100 }
      burner: { at: cell 2, type: bool }
      power: { at: cell 3, unit: kW }
      """;

  @Test
  void allPointsComeWithValueUnitQualityRawAndTime() {
    driver.cells.put("cell 1", 215L);
    driver.cells.put("cell 2", 1L);

    assertThat(run("read", site(POINTS), "meter")).as(err.toString()).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "meter on line bus",
            "  temperature  21.5 °C  good  raw 215 int16  read block  2.0 ms",
            "  burner       true     good  raw true bool  read block  2.0 ms",
            "  power        0 kW     good  raw 0 int16    read block  2.0 ms");
    assertThat(driver.sent).containsExactly("read block");
    assertThat(err.toString()).contains("timeout_too_short: raise its timeout");
  }

  @Test
  void namedPointsAloneAreAskedFor() {
    assertThat(run("read", site(POINTS), "meter", "power")).isZero();

    assertThat(driver.sent).containsExactly("read cell 3");
    assertThat(out.toString()).contains("power").doesNotContain("burner");
  }

  @Test
  void oneAddressThatTheDeviceRefusesDoesNotHideTheOthers() {
    driver.cells.put("cell 1", 215L);
    driver.unreadable.put("cell 2", BenchDriver.refusal());

    assertThat(run("read", site(POINTS), "meter")).isEqualTo(1);

    assertThat(out.toString())
        .contains("temperature  21.5 °C", "burner       -", "illegal_address", "power        0 kW");
    assertThat(err.toString())
        .contains("sluice: read cell 2: exception 02")
        .contains("addresses begin at 0 here, so 40001 of a manual is holding 0");
  }

  @Test
  void aValueOutOfItsRangeIsShownAndMarked() {
    driver.cells.put("cell 1", 2_000L);

    assertThat(run("read", site(POINTS), "meter", "temperature")).isEqualTo(1);

    assertThat(out.toString()).contains("200.0 °C", "out_of_range");
  }

  @Test
  void silenceIsRetriedAsConfiguredAndExplained() {
    driver.unreadable.put("cell 3", BenchDriver.timeout());

    assertThat(run("read", site(POINTS), "meter", "power")).isEqualTo(1);

    assertThat(Collections.frequency(driver.sent, "read cell 3")).isEqualTo(2);
    assertThat(err.toString())
        .contains("sluice: read cell 3: no answer within 50 ms (2 times)")
        .contains("are A and B swapped");
  }

  @Test
  void damagedRepliesAndABrokenLineAreExplainedEachInItsWay() {
    driver.unreadable.put(
        "cell 3",
        BenchDriver.failure(PollFailure.BAD_REPLY, Quality.BAD_REPLY, "CRC is 1234, not 4321"));
    assertThat(run("read", site(POINTS), "meter", "power")).isEqualTo(1);
    assertThat(err.toString()).contains("CRC is 1234, not 4321").contains("wrong speed or parity");

    err.getBuffer().setLength(0);
    driver.unreadable.put(
        "cell 3", BenchDriver.failure(PollFailure.LINE_DOWN, Quality.DISCONNECTED, "unplugged"));
    assertThat(run("read", site(POINTS), "meter", "power")).isEqualTo(1);
    assertThat(err.toString()).contains("unplugged").contains("the line went down meanwhile");
  }

  @Test
  void aPlaceThatStandsInNoFileIsReadAsItsKeysSay() {
    driver.cells.put("cell 9", 1234L);

    assertThat(
            run("read", site(POINTS), "meter", "--at", "cell 9", "--type", "int16")
                + run("read", site(POINTS), "meter", "--at", "cell 9", "--set", "scale=0.01"))
        .as(err.toString())
        .isZero();

    assertThat(out.toString()).contains("cell 9  1234  good").contains("cell 9  12.34  good");
  }

  @Test
  void wrongKeysOfAPlaceAreToldAsThoseOfAConfiguration() {
    assertThat(run("read", site(POINTS), "meter", "--at", "cell 9", "--type", "int17"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("found \"int17\", expected one of int16, bool, float32");

    err.getBuffer().setLength(0);
    assertThat(run("read", site(POINTS), "meter", "--at", "no cell")).isEqualTo(2);
    assertThat(err.toString()).contains("found no cell, expected a cell");
    assertThat(driver.sent).isEmpty();
  }

  @Test
  void everyWayToReadAPlaceIsShownAndTheUnlikelyMarked() {
    driver.cells.put("cell 1", 1L);

    assertThat(run("read", site(POINTS), "meter", "--at", "cell 1", "--try-orders")).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "meter on line bus",
            "  type: int16    1",
            "  type: bool     true",
            // One as a pattern is next to nothing as a float.
            "  type: float32  0.0");
    out.getBuffer().setLength(0);
    driver.cells.put("cell 1", Double.doubleToRawLongBits(1.5e-23));
    assertThat(run("read", site(POINTS), "meter", "temperature", "--try-orders")).isZero();
    assertThat(out.toString()).contains("type: float32  1.5E-23").contains("unlikely");
  }

  @Test
  void programsGetJsonWithEverythingAndNothingElse() {
    driver.cells.put("cell 1", 215L);
    driver.unreadable.put("cell 3", BenchDriver.refusal());

    assertThat(run("read", site(POINTS), "meter", "temperature", "power", "--json")).isEqualTo(1);

    var json = new JsonObject(out.toString());
    assertThat(json.getString("device")).isEqualTo("meter");
    assertThat(json.getString("line")).isEqualTo("bus");
    assertThat(json.getJsonArray("readings").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("point", "temperature")
                .put("value", 21.5)
                .put("unit", "°C")
                .put("quality", "good")
                .put("raw", 215)
                .put("type", "int16")
                .put("transaction", "read cell 1")
                .put("tries", 1)
                .put("reply_ms", 2.0));
    JsonObject bad = json.getJsonArray("readings").getJsonObject(1);
    assertThat(bad.getValue("value")).isNull();
    assertThat(bad.getString("quality")).isEqualTo("illegal_address");
    assertThat(bad.getString("failure")).isEqualTo("rejected");
    assertThat(bad.getString("detail")).isEqualTo("exception 02");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whatADeviceSendsByItselfIsWaitedForABoundedTime() {
    String site = site("a: { at: push 1 }\nb: { at: cell 1 }\nc: { at: push never }");

    assertThat(run("read", site, "meter", "a", "b")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("a  42  good", "sent by the device", "b  0   good");
    assertThat(run("read", site, "meter", "c", "--wait", "50ms")).isEqualTo(1);
    assertThat(err.toString()).contains("sent nothing by itself within 50 ms");
  }

  @Test
  void whoIsNotThereIsToldTogetherWithWhoIs() {
    assertThat(run("read", site(POINTS), "mter")).isEqualTo(2);
    assertThat(err.toString()).contains("no device called \"mter\"; there is meter");
    assertThat(run("read", site(POINTS), "meter", "pwr")).isEqualTo(2);
    assertThat(err.toString()).contains("no point of meter called \"pwr\"; there are temperature");
    assertThat(run("read", site(POINTS), "meter", "power", "--at", "cell 1")).isEqualTo(2);
    assertThat(run("read", site(POINTS), "meter", "--try-orders")).isEqualTo(2);
    assertThat(run("read", site(POINTS), "meter", "--type", "bool")).isEqualTo(2);
    assertThat(driver.sent).isEmpty();
  }

  @Test
  void whoHasNotTheSecretsOfTheUplinksCanAskADeviceAllTheSame() throws IOException {
    String site = site(POINTS);
    Files.writeString(
        Path.of(site),
        "uplinks:\n  cloud: { connector: mqtt, url: ssl://x, password: \"${env:NOT_SET_HERE}\" }\n",
        StandardOpenOption.APPEND);

    assertThat(run("check", site)).isEqualTo(2);
    assertThat(run("read", site, "meter", "power")).as(err.toString()).isZero();
  }

  @Test
  void aLineThatCannotBeOpenedSaysWhy() {
    String missing = "there is no serial port /dev/ttyUSB7; is the adapter plugged in?";

    assertThat(run("read", site("driver: bench, fails: \"" + missing + "\"", POINTS), "meter"))
        .isEqualTo(1);

    assertThat(err.toString()).isEqualTo("sluice: line bus: " + missing + "\n");
  }

  @Test
  void aPortThatTheRunningGatewayHoldsSaysWhatToDo() throws IOException {
    // What a running gateway looks like from outside: its main class among the arguments.
    Process gateway =
        new ProcessBuilder("sh", "-c", "read line", "dev.sluice.gateway.Main").start();
    try {
      String busy = "/dev/ttyUSB0 is in use by process " + gateway.pid() + " (java)";
      assertThat(run("read", site("driver: bench, fails: \"" + busy + "\"", POINTS), "meter"))
          .isEqualTo(1);
      assertThat(err.toString())
          .contains(busy, "that is a running gateway: its /status tells", "systemctl stop sluice");
    } finally {
      gateway.destroy();
    }
    err.getBuffer().setLength(0);
    String busy = "/dev/ttyUSB0 is in use by process " + ProcessHandle.current().pid() + " (x)";
    assertThat(run("read", site("driver: bench, fails: \"" + busy + "\"", POINTS), "meter"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("end that program first").doesNotContain("gateway");
  }
}

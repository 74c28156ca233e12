package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteCommandTest extends CommandLineTest {

  private static final String POINTS =
      """
      setpoint: { at: cell 1, scale: 0.5, offset: 10, min: 0, max: 60, unit: °C, writable: true }
      burner: { at: cell 2, type: bool, writable: true }
      level: { at: cell 3, type: float32, writable: true }
      shown: { at: cell 4 }
      free: { at: cell 5, writable: true }
      """;

  private String site() {
    return site(POINTS);
  }

  @Test
  void whatIsNotDeclaredWritableIsNotWrittenToAndSaysWhereToDeclareIt() {
    String site = site();

    assertThat(run("write", site, "meter", "shown", "1", "--yes")).isEqualTo(2);

    assertThat(err.toString())
        .contains("point shown of meter must not be written to")
        .contains(site + " at devices/meter/points/shown: writable: true");
    assertThat(driver.sent).isEmpty();
  }

  @Test
  void withoutAYesNothingIsSent() {
    for (String no : new String[] {"", "n\n", "\n", "maybe\n"}) {
      answer = no;
      driver.sent.clear();
      assertThat(run("write", site(), "meter", "setpoint", "21.5")).as(no).isEqualTo(1);
      assertThat(driver.sent).containsExactly("read cell 1");
    }
    assertThat(err.toString()).contains("not confirmed, so nothing was sent");
  }

  @Test
  void itShowsWhatIsThereAndWhatWillBeSentThenAsksWritesAndReadsBack() {
    answer = "y\n";
    driver.cells.put("cell 1", 20L);

    assertThat(run("write", site(), "meter", "setpoint", "21.5")).as(err.toString()).isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            meter, point setpoint
              now    20.0 °C
              then   21.5 °C  (raw 23 int16)
              sends  write cell 1
            Write it? [y/N] the device confirmed it
            reads back 21.5 °C
            """);
    assertThat(driver.cells).containsEntry("cell 1", 23L);
    assertThat(driver.sent).containsExactly("read cell 1", "write cell 1", "read cell 1");
  }

  @ParameterizedTest(name = "{0} {1} is raw {2}")
  @CsvSource({
    "setpoint, 0, -20",
    "setpoint, 60.0, 100",
    "burner, on, 1",
    "burner, false, 0",
    "free, -32768, -32768",
    "free, 1.2e2, 120",
  })
  void valuesBecomeRawOnesExactly(String point, String value, long raw) {
    assertThat(run("write", "--yes", site(), "meter", point, "--", value))
        .as(err.toString())
        .isZero();

    String cell =
        point.equals("setpoint") ? "cell 1" : point.equals("burner") ? "cell 2" : "cell 5";
    assertThat(driver.cells).containsEntry(cell, raw);
  }

  @Test
  void aFloatIsWrittenAsTheNearestOneAndReadsBackEqual() {
    assertThat(run("write", "--yes", site(), "meter", "level", "21.1")).as(out.toString()).isZero();

    assertThat(driver.cells).containsEntry("cell 3", Double.doubleToRawLongBits((double) 21.1f));
    assertThat(out.toString()).contains("reads back 21.1\n");
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "setpoint | 21.3  | expected a step of 0.5: 21 or 21.5",
        "setpoint | 60.5  | expected a value from 0 to 60, as min and max of the point say",
        "setpoint | warm  | expected a number such as 21.5",
        "burner   | 2     | expected true or false",
        "free     | 32768 | expected a value from -32768 to 32767, which is what a int16 can hold",
        "level    | 1e39  | expected a value that a float32 can hold",
        "free     | 1e999999999 | expected a value from any to any",
        "nothing  | 1     | no point of meter called \"nothing\"",
      })
  void aValueThatDoesNotFitIsRefusedBeforeAnythingIsSent(String point, String value, String why) {
    assertThat(run("write", "--yes", site(), "meter", point, value)).isEqualTo(2);

    assertThat(err.toString()).contains(why);
    assertThat(driver.sent).isEmpty();
  }

  @Test
  void aDeviceThatSaysNoIsToldSoInItsWords() {
    driver.unwritable.put("cell 2", BenchDriver.refusal());

    assertThat(run("write", "--yes", site(), "meter", "burner", "on")).isEqualTo(1);

    assertThat(out.toString())
        .contains("not written: write cell 2: exception 02\n", "reads back false");
  }

  @Test
  void withoutAnAnswerTheOutcomeIsUnknownAndNothingIsSentAgain() {
    for (PollFailure kind :
        new PollFailure[] {PollFailure.TIMEOUT, PollFailure.BAD_REPLY, PollFailure.LINE_DOWN}) {
      driver.sent.clear();
      out.getBuffer().setLength(0);
      driver.unwritable.put("cell 2", BenchDriver.failure(kind, Quality.TIMEOUT, "as told"));

      assertThat(run("write", "--yes", site(), "meter", "burner", "on")).isEqualTo(1);

      assertThat(out.toString())
          .contains(
              "OUTCOME UNKNOWN: write cell 2: as told; whether the device did it is not known")
          .contains("; it was not sent again", "reads back false");
      assertThat(driver.sent).containsExactly("read cell 2", "write cell 2", "read cell 2");
    }
  }

  @Test
  void aDeviceThatSaysYesAndDoesNotDoItIsFoundOut() {
    driver.stubborn.add("cell 2");

    assertThat(run("write", "--yes", site(), "meter", "burner", "on")).isEqualTo(1);

    assertThat(out.toString())
        .contains("the device confirmed it")
        .contains("reads back false, which is not what was written");
  }

  @Test
  void aPlaceThatCannotBeReadIsWrittenAndSaysThatNobodyKnows() {
    driver.unreadable.put("cell 2", BenchDriver.refusal());

    assertThat(run("write", "--yes", site(), "meter", "burner", "on")).isEqualTo(1);

    assertThat(out.toString())
        .contains("now    not readable: exception 02")
        .contains("the device confirmed it", "reads back nothing: not readable: exception 02");
  }

  @Test
  void programsGetTheOutcomeAsAWord() {
    assertThat(run("write", "--json", site(), "meter", "burner", "on")).isEqualTo(2);
    assertThat(err.toString()).contains("--json asks nobody, so it needs --yes");
    assertThat(driver.sent).isEmpty();

    driver.unwritable.put("cell 2", BenchDriver.timeout());
    assertThat(run("write", "--yes", "--json", site(), "meter", "burner", "on")).isEqualTo(1);
    assertThat(new JsonObject(out.toString()).getMap())
        .containsEntry("outcome", "unknown")
        .containsEntry("before", false)
        .containsEntry("after", false)
        .containsEntry("read_back", "differs");

    out.getBuffer().setLength(0);
    driver.unwritable.clear();
    assertThat(run("write", "--yes", "--json", site(), "meter", "burner", "on")).isZero();
    assertThat(new JsonObject(out.toString()).getMap())
        .containsEntry("outcome", "done")
        .containsEntry("after", true)
        .containsEntry("read_back", "equal");
  }

  @Test
  void aPointThatItsDriverCanNeverWriteMustNotSayThatItIsWritable() {
    String site = site("x: { at: input 1, writable: true }");

    assertThat(run("check", site)).isEqualTo(2);

    assertThat(err.toString())
        .contains("devices/meter/points/x: found input 1, expected a cell that can be written to");
  }
}

package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.OpenDevice;
import dev.sluice.gateway.acquire.OpenLine;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where between two transactions a Ctrl-C comes, and what is told of it. */
@Timeout(30)
class InterruptedWriteTest extends CommandLineTest {

  private static final String POINTS =
      """
      first: { at: cell 1, writable: true }
      second: { at: cell 2, writable: true }
      """;

  /** Writes both points, after a Ctrl-C or with one when a cell is written. */
  private WriteOutcome write(String whenWritten) throws Exception {
    var loader = new ConfigLoader(List.of(driver), ConfigLimits.DEFAULTS);
    var config = loader.loadWithoutUplinks(Path.of(site(POINTS))).config();
    Chosen chosen = Chosen.of("meter", config, DriverCatalog.of(List.of(driver)));
    try (var bench = new Workbench()) {
      OpenLine line = bench.open(chosen.line(), chosen.driver());
      OpenDevice device = bench.add(line, chosen.device());
      var values = new Values.Builder(2).integer(0, 7).integer(1, 7).build();
      var writes = bench.planWrite(device, new int[] {0, 1}, values);
      bench.connect(line);
      driver.written =
          cell -> {
            if (cell.equals(whenWritten)) {
              bench.interrupt();
            }
          };
      if (whenWritten.isEmpty()) {
        bench.interrupt();
      }
      return bench.write(device, writes);
    }
  }

  @Test
  void nothingIsSentAfterIt() throws Exception {
    WriteOutcome outcome = write("");

    assertThat(outcome.word()).isEqualTo("not_done");
    assertThat(outcome.words())
        .isEqualTo("not written: write cell 1: interrupted before it was sent");
    assertThat(driver.sent).isEmpty();
  }

  @Test
  void whatIsUnderWayThenIsUnknownAndNothingFollows() throws Exception {
    driver.hanging.add("cell 1");

    WriteOutcome outcome = write("cell 1");

    assertThat(outcome.word()).isEqualTo("unknown");
    assertThat(outcome.words())
        .isEqualTo(
            "OUTCOME UNKNOWN: write cell 1: interrupted; whether the device did it is not known"
                + "; it was not sent again");
    assertThat(driver.sent).containsExactly("write cell 1");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void whatWasConfirmedBeforeIsTold() throws Exception {
    driver.hanging.add("cell 2");

    WriteOutcome outcome = write("cell 2");

    assertThat(outcome.word()).isEqualTo("unknown");
    assertThat(outcome.words())
        .startsWith(
            "OUTCOME UNKNOWN: 1 of 2 transactions were confirmed; write cell 2: interrupted");
  }
}

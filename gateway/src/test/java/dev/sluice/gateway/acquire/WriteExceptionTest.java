package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Write;
import dev.sluice.gateway.acquire.WriteException.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteExceptionTest {

  private static final String NOT_KNOWN = "whether the device did it is not known";

  private static final class Fc6 implements Write {
    @Override
    public int[] points() {
      return new int[] {0};
    }

    @Override
    public long busNanos() {
      return 0;
    }

    @Override
    public String describe() {
      return "fc6 holding 100";
    }
  }

  private static WriteException after(PollFailure failure, Quality quality) {
    return WriteException.after(new Fc6(), new PollException(failure, quality, "as told"));
  }

  @ParameterizedTest
  @CsvSource({
    "TIMEOUT, TIMEOUT",
    "BAD_REPLY, BAD_REPLY",
    "LINE_DOWN, DISCONNECTED",
    "BUSY, ACKNOWLEDGED",
    "REJECTED, DEVICE_FAILURE",
    "REJECTED, MEMORY_PARITY",
    "REJECTED, UNKNOWN_ERROR",
    "UNREACHABLE, GATEWAY_TARGET",
  })
  void whatTheDeviceMayHaveDoneIsNotReportedAsNotDone(PollFailure failure, Quality quality) {
    WriteException write = after(failure, quality);

    assertThat(write.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(write).hasMessage("fc6 holding 100: as told; " + NOT_KNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "REJECTED, ILLEGAL_FUNCTION",
    "REJECTED, ILLEGAL_ADDRESS",
    "REJECTED, ILLEGAL_VALUE",
    "BUSY, BUSY",
    "UNREACHABLE, GATEWAY_PATH",
  })
  void whatTheDeviceOrTheWayToItRefusedIsNotDone(PollFailure failure, Quality quality) {
    WriteException write = after(failure, quality);

    assertThat(write.outcome()).isEqualTo(Outcome.NOT_DONE);
    assertThat(write).hasMessage("fc6 holding 100: as told");
  }

  @Test
  void aDriverThatFailsLeavesTheOutcomeUnknown() {
    WriteException write = WriteException.after(new Fc6(), new IllegalStateException("BUG"));

    assertThat(write.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(write).hasMessageContaining("the driver failed").hasMessageContaining("BUG");
  }
}

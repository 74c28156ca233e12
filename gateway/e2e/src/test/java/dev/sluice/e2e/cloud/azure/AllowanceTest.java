package dev.sluice.e2e.cloud.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Shaping comes before the close, and time makes good what was too much. */
class AllowanceTest {

  private final Allowance allowance = new Allowance();

  private static long at(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  @Test
  void whatIsTooMuchWaitsAndWhatFindsNoRoomToWaitIsRefused() {
    allowance.throttle(10, 2, 3);
    for (int i = 0; i < 2; i++) {
      assertThat(allowance.take(at(0), 1)).isEmpty();
      assertThat(allowance.delayMillis()).isZero();
    }
    for (int i = 1; i <= 3; i++) {
      assertThat(allowance.take(at(0), 1)).isEmpty();
      assertThat(allowance.delayMillis()).isEqualTo(100L * i);
    }
    assertThat(allowance.take(at(0), 1)).startsWith("429002");
    assertThat(allowance.take(at(100), 1)).isEmpty();
    assertThat(allowance.take(at(100), 1)).startsWith("429002");
    assertThat(allowance.take(at(10_000), 1)).isEmpty();
    assertThat(allowance.delayMillis()).isZero();
  }

  @Test
  void theDayIsCountedInBlocksOf4KiB() {
    allowance.left(3);
    assertThat(allowance.take(0, 4_096)).isEmpty();
    assertThat(allowance.take(0, 4_097)).isEmpty();
    assertThat(allowance.take(0, 1)).startsWith("403002");
    allowance.left(1);
    assertThat(allowance.take(0, 1)).isEmpty();
    assertThat(allowance.isUsedUp()).isTrue();
  }
}

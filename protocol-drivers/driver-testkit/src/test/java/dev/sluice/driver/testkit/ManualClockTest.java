package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

  private final ManualClock clock = new ManualClock();

  @Test
  void bothClocksMoveTogetherWhenTimePasses() {
    long wall = clock.millis();
    long nanos = clock.nanoTime();
    clock.advance(Duration.ofMillis(1500));
    assertThat(clock.millis() - wall).isEqualTo(1500);
    assertThat(clock.nanoTime() - nanos).isEqualTo(1_500_000_000L);
  }

  @Test
  void settingTheWallClockLeavesTheMonotonicOneAlone() {
    long nanos = clock.nanoTime();
    clock.wall(Instant.EPOCH);
    assertThat(clock.millis()).isZero();
    assertThat(clock.nanoTime()).isEqualTo(nanos);
  }

  @Test
  void wallTimeOfAPastMomentFollowsTheMonotonicClock() {
    long then = clock.nanoTime();
    long wall = clock.millis();
    clock.advance(Duration.ofSeconds(2));
    assertThat(clock.wallMillisAt(then)).isEqualTo(wall);
  }

  @Test
  void monotonicClockNeverGoesBack() {
    assertThatThrownBy(() -> clock.advanceMonotonic(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

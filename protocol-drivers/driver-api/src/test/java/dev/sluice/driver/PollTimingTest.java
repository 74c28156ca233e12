package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollTimingTest {

  @Test
  void valuesWereTrueInTheMiddleBetweenRequestAndLastByte() {
    assertThat(new PollTiming(1_000, 1_400, 2_000, 8, 9).acquiredNanos()).isEqualTo(1_500);
  }

  @Test
  void middleIsRightWhereTheMonotonicClockIsNegativeOrWraps() {
    assertThat(new PollTiming(-300, -200, -100, 8, 9).acquiredNanos()).isEqualTo(-200);
    assertThat(
            new PollTiming(Long.MAX_VALUE - 10, Long.MAX_VALUE, Long.MIN_VALUE + 9, 8, 9)
                .acquiredNanos())
        .isEqualTo(Long.MAX_VALUE);
  }
}

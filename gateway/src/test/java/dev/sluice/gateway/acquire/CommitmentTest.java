package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitmentTest {

  private static final long MILLI = 1_000_000L;

  private final Commitment commitment = new Commitment();

  private void add(String device, int everyMillis, int costMillis) {
    commitment.add(device, Duration.ofMillis(everyMillis), costMillis * MILLI);
  }

  @Test
  void whatFitsIsNotTalkedAbout() {
    add("meter-1", 1_000, 500);
    add("meter-2", 1_000, 500);

    assertThat(commitment.share()).isEqualTo(1.0);
    assertThat(commitment.isTooMuch()).isFalse();
    assertThat(commitment.words("9600 8N1")).isEmpty();
  }

  @Test
  void oneGroupThatDoesNotFitIsToldWhatItCanHold() {
    add("meter-1", 1_000, 700);
    add("meter-2", 1_000, 580);

    assertThat(commitment.words("9600 8N1"))
        .isEqualTo(
            "128 % of 9600 8N1; group every 1s (meter-1, meter-2) cannot hold 1s, can hold 1.3s");
  }

  @Test
  void theFastestGroupGivesWayFirstAndTheOthersHold() {
    add("fast", 100, 60);
    add("slow", 1_000, 500);

    // 0.5 is left for the fast one, which needs 60 ms each time.
    assertThat(commitment.words("9600 8N1"))
        .isEqualTo("110 % of 9600 8N1; group every 100ms (fast) cannot hold 100ms, can hold 120ms");
  }

  @Test
  void whereTheFastestWouldGetBehindTheNextBothGiveWay() {
    add("fast", 100, 40);
    add("middle", 200, 180);
    add("slow", 10_000, 10);

    assertThat(commitment.words(""))
        .startsWith("131 % of its time; group every 100ms (fast) cannot hold 100ms, can hold ")
        .contains("; group every 200ms (middle) cannot hold 200ms, can hold ")
        .doesNotContain("slow");
  }

  @Test
  void aBusThatOneSlowGroupFillsAlreadySlowsAll() {
    add("fast", 100, 10);
    add("slow", 1_000, 1_500);

    assertThat(commitment.words("1200 8E1")).contains("(fast)").contains("(slow)");
  }

  @Test
  void manyDevicesAreCountedAndNotAllNamed() {
    for (int i = 1; i <= 9; i++) {
      add("meter-" + i, 1_000, 200);
    }

    assertThat(commitment.words("")).contains("(meter-1, meter-2, meter-3, 6 more)");
  }
}

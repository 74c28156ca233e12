package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a consumer is told to be complete. */
class UnnamedTest {

  private final Unnamed unnamed = new Unnamed();

  @Test
  void lowStaysWhereARecordIsMissingUntilItsGapHasArrived() {
    unnamed.add(5, 40);
    assertThat(unnamed.low(3)).isEqualTo(3);
    assertThat(unnamed.low(30)).isEqualTo(5);
    assertThat(unnamed.low(40)).as("the gap itself is not acknowledged").isEqualTo(5);
    assertThat(unnamed.low(41)).isEqualTo(41);
  }

  @Test
  void theLowestCountsAndEachWaitsForItsOwn() {
    unnamed.add(9, 20);
    unnamed.add(5, 30);
    assertThat(unnamed.low(25)).isEqualTo(5);
    assertThat(unnamed.low(31)).isEqualTo(31);
    unnamed.add(40, 45);
    unnamed.add(40, 50); // its own announcement, once more, and then the gap that names it
    assertThat(unnamed.low(46)).isEqualTo(40);
    assertThat(unnamed.low(51)).isEqualTo(51);
  }

  @Test
  void tooManyWaitTogether() {
    for (long seq = 1; seq <= Unnamed.MOST + 10; seq++) {
      unnamed.add(seq, 100_000 + seq);
    }
    assertThat(unnamed.low(100_001L + Unnamed.MOST)).isEqualTo(Unnamed.MOST);
    assertThat(unnamed.low(100_011L + Unnamed.MOST)).isEqualTo(100_011L + Unnamed.MOST);
  }
}

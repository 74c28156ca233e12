package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.connector.Lane;
import org.junit.jupiter.api.Test;

class LaneChoiceTest {

  @Test
  void whileBothHaveSomethingHistoryGetsItsShareAndNoMore() {
    for (int share : new int[] {0, 1, 10, 25, 33, 50, 90}) {
      var choice = new LaneChoice(Order.LIVE_FIRST, share);
      int history = 0;
      for (int i = 1; i <= 1_000; i++) {
        Lane lane = choice.next(true, true, true);
        choice.sentWhileBoth(lane);
        history += lane == Lane.HISTORY ? 1 : 0;
        assertThat(history).as("share %d of %d", share, i).isEqualTo(i * share / 100);
      }
    }
  }

  @Test
  void whoIsAloneHasItAll() {
    var choice = new LaneChoice(Order.LIVE_FIRST, 25);
    assertThat(choice.next(false, true, true)).isEqualTo(Lane.HISTORY);
    assertThat(choice.next(true, false, true)).isEqualTo(Lane.LIVE);
    assertThat(choice.next(false, false, true)).isNull();
  }

  @Test
  void oldestFirstWaitsForAllOfHistoryAlsoWhereThatMayNotGoNow() {
    var choice = new LaneChoice(Order.OLDEST_FIRST, 25);
    assertThat(choice.next(true, true, true)).isEqualTo(Lane.HISTORY);
    assertThat(choice.next(true, false, true)).isNull();
    assertThat(choice.next(true, false, false)).isEqualTo(Lane.LIVE);
  }
}

package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuspectTest {

  @Test
  void travelsAloneFromTheSecondCloseOnAndIsGuiltyAtTheLimit() {
    var suspect = new Suspect(3);
    suspect.closedOver(7);
    assertThat(suspect.travelsAlone(7)).isFalse();
    suspect.closedOver(7);
    assertThat(suspect.travelsAlone(7)).isTrue();
    assertThat(suspect.travelsAlone(8)).isFalse();
    assertThat(suspect.isGuilty(7)).isFalse();
    suspect.closedOver(7);
    assertThat(suspect.isGuilty(7)).isTrue();
  }

  @Test
  void anAcknowledgementClearsIt() {
    var suspect = new Suspect(2);
    suspect.closedOver(7);
    suspect.clear(6);
    suspect.closedOver(7);
    assertThat(suspect.isGuilty(7)).isTrue();
    suspect.clear(7);
    suspect.closedOver(7);
    assertThat(suspect.isGuilty(7)).isFalse();
    suspect.closedOver(8);
    suspect.closedOver(7);
    assertThat(suspect.isGuilty(7)).isFalse();
  }

  @Test
  void theLastTrialWaitsUntilTheConnectionHasStoodForAWhile() {
    var suspect = new Suspect(3);
    suspect.closedOver(7);
    suspect.connected(-5);
    assertThat(suspect.waits(7, -5)).isFalse();
    suspect.closedOver(7);
    assertThat(suspect.waits(7, Suspect.TRIAL_NANOS - 6)).isTrue();
    assertThat(suspect.waits(8, -5)).isFalse();
    assertThat(suspect.waits(7, Suspect.TRIAL_NANOS - 5)).isFalse();
    suspect.closedOver(7);
    assertThat(suspect.waits(7, -5)).as("sentenced").isFalse();
    assertThat(suspect.charge()).contains("closes");
  }

  @Test
  void silenceCountsOnlyIfOthersAreAcknowledgedInThisOrTheLastConnection() {
    var suspect = new Suspect(3);
    assertThat(suspect.silentOver(7, 0)).isEqualTo(Suspect.Blame.NOBODY);
    suspect.over(0);
    assertThat(suspect.silentOver(7, 2)).isEqualTo(Suspect.Blame.FIRST);
    suspect.over(2);
    assertThat(suspect.silentOver(7, 0)).isEqualTo(Suspect.Blame.AGAIN);
    suspect.over(0);
    assertThat(suspect.silentOver(7, 0)).isEqualTo(Suspect.Blame.NOBODY);
    suspect.over(0);
    assertThat(suspect.isGuilty(7)).isFalse();
    suspect.silentOver(7, 1);
    assertThat(suspect.isGuilty(7)).isTrue();
    assertThat(suspect.charge()).contains("never acknowledges");
  }

  @Test
  void overSilenceItTravelsAloneOnlyTheLastTime() {
    var suspect = new Suspect(5);
    for (int i = 1; i <= 3; i++) {
      suspect.silentOver(7, 1);
      assertThat(suspect.travelsAlone(7)).isFalse();
    }
    suspect.silentOver(7, 1);
    assertThat(suspect.travelsAlone(7)).isTrue();
  }
}

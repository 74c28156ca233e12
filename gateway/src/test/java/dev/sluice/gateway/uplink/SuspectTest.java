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
}

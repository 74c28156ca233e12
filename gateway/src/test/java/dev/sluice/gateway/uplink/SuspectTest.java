package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.Suspect.Blame;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectTest {

  private static final long SECOND = Suspect.TRIAL_NANOS;

  private static Blame closed(Suspect suspect, long oldest) {
    return suspect.closedOver(oldest, "t");
  }

  /** Closed over so often that only the trial is left. */
  private static Suspect onTrial(long seq, int limit) {
    var suspect = new Suspect(limit);
    for (int i = 1; i < limit; i++) {
      assertThat(closed(suspect, seq)).isEqualTo(i == 1 ? Blame.FIRST : Blame.AGAIN);
    }
    suspect.connected(0, 100);
    return suspect;
  }

  @Test
  void travelsAloneFromTheSecondCloseOn() {
    var suspect = new Suspect(5);
    closed(suspect, 7);
    assertThat(suspect.travelsAlone(7)).isFalse();
    closed(suspect, 7);
    assertThat(suspect.travelsAlone(7)).isTrue();
    assertThat(suspect.travelsAlone(8)).isFalse();
    assertThat(suspect.passes(7)).isFalse();
  }

  @Test
  void isGuiltyWhenAnotherWasTakenBeforeItInTheSameConnection() {
    Suspect suspect = onTrial(7, 3);
    assertThat(suspect.passes(7)).as("others go first").isTrue();
    assertThat(suspect.passes(8)).isFalse();
    assertThat(suspect.isDue()).isFalse();
    assertThat(suspect.travelsAlone(8)).as("nobody else may be blamed").isTrue();
    assertThat(suspect.arrived(8, List.of("t"))).isTrue();
    assertThat(suspect.isDue()).isTrue();
    assertThat(suspect.passes(7)).isFalse();
    assertThat(suspect.waits(9, SECOND)).isTrue();
    assertThat(suspect.waits(7, SECOND)).isFalse();
    assertThat(suspect.isGuilty(7)).isFalse();
    assertThat(closed(suspect, 7)).isEqualTo(Blame.AGAIN);
    assertThat(suspect.isGuilty(7)).isTrue();
    assertThat(suspect.charge()).contains("closes");
    suspect.connected(0, 100);
    assertThat(suspect.waits(7, 0)).as("sentenced").isFalse();
  }

  @Test
  void hasItsTurnWithoutProofWhenNothingElseIsLeft() {
    var suspect = new Suspect(3);
    assertThat(suspect.isLeftAlone()).as("nobody is on trial").isFalse();
    suspect = onTrial(7, 3);
    assertThat(suspect.isLeftAlone()).isTrue();
    assertThat(suspect.isLeftAlone()).as("it is its turn already").isFalse();
    assertThat(suspect.isDue()).isTrue();
    assertThat(suspect.passes(7)).isFalse();
    assertThat(closed(suspect, 7)).isEqualTo(Blame.TOPIC);
    assertThat(suspect.isGuilty(7)).isFalse();
    suspect.connected(0, 100);
    assertThat(suspect.isDue()).as("others go first again, if there are any").isFalse();
  }

  /** By turns it and the next of the others; whichever is taken heals it. */
  @Test
  void whereNobodyIsTakenNobodyIsGuilty() {
    Suspect suspect = onTrial(7, 3);
    for (int other = 8; other <= 12; other++) {
      assertThat(suspect.passes(other - 1)).isTrue();
      assertThat(suspect.passes(other)).isFalse();
      assertThat(closed(suspect, other)).isEqualTo(Blame.TOPIC);
      suspect.connected(0, 100);
      assertThat(suspect.isDue()).isTrue();
      assertThat(suspect.passes(7)).isFalse();
      assertThat(suspect.waits(8, SECOND)).isTrue();
      assertThat(closed(suspect, 7)).isEqualTo(Blame.TOPIC);
      suspect.connected(0, 100);
      assertThat(suspect.isGuilty(7)).isFalse();
    }
    suspect.connected(0, 13);
    assertThat(suspect.passes(8)).as("there are no more: from the beginning").isFalse();
    assertThat(closed(suspect, 8)).isEqualTo(Blame.TOPIC);
    suspect.connected(0, 13);
    assertThat(suspect.clear(7)).as("8 was passed over").isTrue();
    assertThat(suspect.travelsAlone(8)).isFalse();
    assertThat(suspect.passes(8)).isFalse();
  }

  @Test
  void whatGoesElsewhereIsProofOnlyInNumbers() {
    Suspect suspect = onTrial(7, 3);
    for (int i = 1; i < Suspect.ENOUGH; i++) {
      assertThat(suspect.arrived(7 + i, List.of("a", "b"))).isFalse();
    }
    assertThat(suspect.isDue()).isFalse();
    assertThat(suspect.arrived(90, List.of("a"))).isTrue();
    assertThat(suspect.isDue()).isTrue();
  }

  @Test
  void whatGoesToTheSameTopicIsProofInItsOwnConnectionOnly() {
    Suspect suspect = onTrial(7, 3);
    assertThat(suspect.arrived(91, List.of("a", "t"))).isTrue();
    suspect.connected(0, 200);
    assertThat(suspect.isDue()).isFalse();
    assertThat(suspect.arrived(92, List.of("a"))).isFalse();
    assertThat(suspect.arrived(93, List.of("t"))).isTrue();
  }

  /** A plant that says little says less than that in one connection, and would never get there. */
  @Test
  void whatWentElsewhereInFormerConnectionsCountsWithTheNextThatDoes() {
    Suspect suspect = onTrial(7, 3);
    for (int i = 1; i < Suspect.ENOUGH; i++) {
      suspect.arrived(7 + i, List.of("a"));
      assertThat(suspect.isLeftAlone()).isTrue();
      assertThat(suspect.closedOver(7, "t")).as("no proof").isEqualTo(Suspect.Blame.TOPIC);
      suspect.connected(0, 200);
    }
    assertThat(suspect.isDue()).as("nothing is known of this connection").isFalse();
    assertThat(suspect.arrived(90, List.of("a"))).isTrue();
    assertThat(suspect.closedOver(7, "t")).isEqualTo(Suspect.Blame.AGAIN);
    assertThat(suspect.isGuilty(7)).isTrue();
  }

  @Test
  void aCloseOverAnotherAndAnotherSuspectBeginTheCountAnew() {
    Suspect suspect = onTrial(7, 3);
    for (int i = 1; i < Suspect.ENOUGH; i++) {
      suspect.arrived(7 + i, List.of("a"));
    }
    assertThat(suspect.closedOver(80, "a")).isEqualTo(Suspect.Blame.TOPIC);
    suspect.connected(0, 200);
    assertThat(suspect.arrived(90, List.of("a"))).isFalse();
    suspect.clear(7);
    suspect = onTrial(9, 3);
    assertThat(suspect.arrived(91, List.of("a"))).isFalse();
  }

  @Test
  void anAcknowledgementClearsIt() {
    var suspect = new Suspect(3);
    closed(suspect, 7);
    suspect.clear(6);
    closed(suspect, 7);
    assertThat(suspect.passes(7)).isTrue();
    suspect.clear(7);
    closed(suspect, 7);
    assertThat(suspect.passes(7)).isFalse();
    closed(suspect, 8);
    closed(suspect, 7);
    assertThat(suspect.passes(7)).isFalse();
  }

  @Test
  void aSuspectThatWasForcedOutHoldsUpNobody() {
    Suspect suspect = onTrial(7, 3);
    suspect.arrived(8, List.of("t"));
    suspect.forgetBelow(7);
    assertThat(suspect.isDue()).isTrue();
    suspect.forgetBelow(8);
    assertThat(suspect.isDue()).isFalse();
    assertThat(suspect.waits(9, 0)).isFalse();
  }

  /** Also a limit of one leaves a trial: the first that is blamed may be innocent. */
  @Test
  void theTrialWaitsUntilTheConnectionHasStoodForAWhile() {
    Suspect suspect = new Suspect(1);
    suspect.connected(-5, 100);
    assertThat(suspect.waits(7, -5)).isFalse();
    closed(suspect, 7);
    suspect.connected(-5, 100);
    assertThat(suspect.waits(7, SECOND - 6)).isTrue();
    assertThat(suspect.waits(8, SECOND - 6)).isTrue();
    assertThat(suspect.waits(8, SECOND - 5)).isFalse();
  }

  @Test
  void silenceCountsOnlyIfOthersAreAcknowledgedInThisOrTheLastConnection() {
    var suspect = new Suspect(3);
    assertThat(suspect.silentOver(7, 0)).isEqualTo(Blame.NOBODY);
    suspect.over(0);
    assertThat(suspect.silentOver(7, 2)).isEqualTo(Blame.FIRST);
    suspect.over(2);
    assertThat(suspect.silentOver(7, 0)).isEqualTo(Blame.AGAIN);
    suspect.over(0);
    assertThat(suspect.silentOver(7, 0)).isEqualTo(Blame.NOBODY);
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

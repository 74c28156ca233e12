package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.Suspect.Blame;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClosesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final LinkException CLOSED = new LinkException(LinkFailure.CLOSED, "", null);
  private static final LinkException SILENT = new LinkException(LinkFailure.SILENT, "", null);

  private final Closes closes = new Closes("plant-7-cloud", Duration.ofSeconds(20));
  private long now = -5 * SECOND;

  private LinkException over(LinkException why, Blame blame, boolean slowed, long held) {
    now += held * SECOND + SECOND;
    return closes.explained(
        why, new Ending(blame, slowed, 164, "the policy"), 82, held * SECOND, now);
  }

  private LinkFailure closed(Blame blame, boolean slowed, long held) {
    return over(CLOSED, blame, slowed, held).failure();
  }

  @Test
  void theThirdConnectionInARowThatIsClosedSoonWasTakenOver() {
    assertThat(closed(Blame.NOBODY, false, 2)).isEqualTo(LinkFailure.CLOSED);
    assertThat(closed(Blame.FIRST, false, 19)).isEqualTo(LinkFailure.CLOSED);
    LinkException third = over(CLOSED, Blame.FIRST, false, 0);
    assertThat(third.failure()).isEqualTo(LinkFailure.TAKEN_OVER);
    assertThat(third.getMessage()).contains("plant-7-cloud", "two clients with one id");
    // It is known now: one that held for less than two minutes is no counter-evidence.
    assertThat(closed(Blame.NOBODY, false, 100)).isEqualTo(LinkFailure.TAKEN_OVER);
    assertThat(closed(Blame.NOBODY, false, 121)).isEqualTo(LinkFailure.CLOSED);
  }

  @Test
  void connectionsThatHeldOrEndedOtherwiseOrLongAgoAreNoEvidence() {
    for (int i = 0; i < 5; i++) {
      assertThat(closed(Blame.NOBODY, false, 2)).isEqualTo(LinkFailure.CLOSED);
      assertThat(closed(Blame.NOBODY, false, 21)).isEqualTo(LinkFailure.CLOSED);
      assertThat(closed(Blame.NOBODY, false, 2)).isEqualTo(LinkFailure.CLOSED);
      assertThat(over(SILENT, Blame.NOBODY, false, 2)).isSameAs(SILENT);
      assertThat(closed(Blame.NOBODY, false, 2)).isEqualTo(LinkFailure.CLOSED);
      now += 301 * SECOND;
    }
  }

  @Test
  void recordThatIsBlamedAgainAndAgainExplainsIt() {
    for (int record = 0; record < 5; record++) {
      assertThat(closed(Blame.FIRST, false, 0)).isEqualTo(LinkFailure.CLOSED);
      for (int i = 0; i < 4; i++) {
        assertThat(closed(Blame.AGAIN, false, 0)).isEqualTo(LinkFailure.CLOSED);
      }
    }
  }

  /** And is no evidence of another client. */
  @Test
  void whereNothingIsTakenTheTechnicianIsToldWhereToLook() {
    for (int i = 0; i < 5; i++) {
      LinkException told = over(CLOSED, Blame.TOPIC, false, 0);
      assertThat(told.failure()).isEqualTo(LinkFailure.PUBLISH_REFUSED);
      assertThat(told.getMessage()).contains("nothing is set aside", "look at the policy");
    }
    assertThat(closed(Blame.FIRST, false, 0)).isEqualTo(LinkFailure.CLOSED);
  }

  @Test
  void aCloseUnderLoadIsThrottlingUnlessSlowerDoesNotHelp() {
    assertThat(closed(Blame.FIRST, false, 0)).isEqualTo(LinkFailure.CLOSED);
    LinkException told = over(CLOSED, Blame.FIRST, true, 1);
    assertThat(told.failure()).isEqualTo(LinkFailure.THROTTLED);
    assertThat(told.getMessage()).contains("after 164 in a second", "82 messages per second");
    assertThat(closed(Blame.FIRST, true, 1)).isEqualTo(LinkFailure.THROTTLED);
    assertThat(closed(Blame.FIRST, true, 1)).isEqualTo(LinkFailure.THROTTLED);
    assertThat(closed(Blame.FIRST, true, 1)).isEqualTo(LinkFailure.TAKEN_OVER);
  }

  @Test
  void aBrokerThatCannotBeReachedAfterwardsRestarted() {
    for (int i = 0; i < 5; i++) {
      assertThat(closed(Blame.FIRST, false, 2)).isEqualTo(LinkFailure.CLOSED);
      closes.notAccepted();
    }
  }

  @Test
  void throttlingNowAndThenIsNoTakeOver() {
    for (int i = 0; i < 10; i++) {
      assertThat(closed(Blame.FIRST, true, 60)).isEqualTo(LinkFailure.THROTTLED);
    }
  }
}

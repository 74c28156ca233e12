package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerChoiceTest {

  private static ServerChoice of(int count) {
    return new ServerChoice(
        IntStream.range(0, count)
            .mapToObj(i -> new Server(URI.create("tcp://b" + i + ".example")))
            .toList());
  }

  @Test
  void failuresGoRoundAndOnlyTheFirstRoundIsQuick() {
    var choice = of(3);
    assertThat(choice.index()).isZero();
    for (int i = 1; i <= 10; i++) {
      assertThat(choice.ended(false)).as("failure %d", i).isEqualTo(i <= 2);
      assertThat(choice.index()).isEqualTo(i % 3);
    }
    assertThat(choice.server()).hasToString("tcp://b1.example");
  }

  @Test
  void whoHeldIsTriedOnceMoreBeforeTheNextOne() {
    var choice = of(2);
    choice.ended(false);
    choice.held();
    assertThat(choice.ended(false)).as("the usual pause").isFalse();
    assertThat(choice.index()).isEqualTo(1);
    assertThat(choice.ended(false)).as("the other was not tried since").isTrue();
    assertThat(choice.index()).isZero();
    assertThat(choice.ended(false)).isFalse();
  }

  @Test
  void whoWasLeftIsNotTriedOnceMore() {
    var choice = of(2);
    choice.held();
    assertThat(choice.ended(true)).isTrue();
    assertThat(choice.index()).isEqualTo(1);
  }

  /** Two that accept and then close must not be asked in turn without end. */
  @Test
  void connectionsThatDoNotHoldMakeNobodyNewAgain() {
    var choice = of(2);
    assertThat(choice.ended(true)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(choice.ended(true)).isFalse();
    }
  }

  @Test
  void oneAloneIsNeverNew() {
    var choice = of(1);
    assertThat(choice.ended(false)).isFalse();
    choice.held();
    assertThat(choice.ended(true)).isFalse();
    assertThat(choice.index()).isZero();
  }
}

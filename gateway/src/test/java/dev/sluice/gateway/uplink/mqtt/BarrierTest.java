package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarrierTest {

  private final Barrier barrier = new Barrier();
  private final List<Long> confirmed = new ArrayList<>();

  @Test
  void anAnswerConfirmsWhatWasWrittenBeforeItsPingAndNothingElse() {
    barrier.add(1, 10, 0);
    barrier.add(2, 20, 0);
    barrier.pinged();
    barrier.add(3, 30, 0);
    barrier.answered(5, confirmed::add);
    assertThat(confirmed).containsExactly(1L, 2L);
    assertThat(barrier.messages()).isEqualTo(1);
    assertThat(barrier.bytes()).isEqualTo(30);
    assertThat(barrier.wantsPing()).isTrue();
    barrier.answered(6, confirmed::add);
    assertThat(confirmed).as("an answer to no ping").hasSize(2);
    barrier.pinged();
    assertThat(barrier.wantsPing()).isFalse();
    barrier.answered(7, confirmed::add);
    assertThat(confirmed).containsExactly(1L, 2L, 3L);
    assertThat(barrier.bytes()).isZero();
  }

  @Test
  void aPingThatWasWrittenBeforeAnythingConfirmsNothing() {
    barrier.pinged();
    barrier.add(1, 10, 0);
    barrier.answered(5, confirmed::add);
    assertThat(confirmed).isEmpty();
    assertThat(barrier.wantsPing()).isTrue();
  }

  @Test
  void whatIsWrittenWhileItConfirmsWaitsForTheNextPing() {
    barrier.add(1, 10, 0);
    barrier.add(2, 10, 0);
    barrier.pinged();
    barrier.answered(
        5,
        token -> {
          confirmed.add(token);
          barrier.add(token + 10, 10, 5);
        });
    assertThat(confirmed).containsExactly(1L, 2L);
    assertThat(barrier.messages()).isEqualTo(2);
    assertThat(barrier.wantsPing()).isTrue();
  }

  @Test
  void whatIsClearedWhileItConfirmsIsNotConfirmed() {
    barrier.add(1, 10, 0);
    barrier.add(2, 10, 0);
    barrier.pinged();
    barrier.answered(
        5,
        token -> {
          confirmed.add(token);
          barrier.clear();
        });
    assertThat(confirmed).containsExactly(1L);
    assertThat(barrier.bytes()).isZero();
  }

  @Test
  void theOldestAgesFromItsWritingOrFromTheAnswerBeforeIt() {
    assertThat(barrier.oldestAge(100)).isZero();
    barrier.add(1, 10, 100);
    barrier.pinged();
    barrier.add(2, 10, 150);
    assertThat(barrier.oldestAge(190)).isEqualTo(90);
    barrier.answered(200, confirmed::add);
    assertThat(barrier.oldestAge(230)).isEqualTo(30);
  }
}

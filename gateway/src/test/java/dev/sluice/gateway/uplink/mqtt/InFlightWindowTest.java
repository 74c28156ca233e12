package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightWindowTest {

  private final InFlightWindow window = new InFlightWindow(4, 1_000);

  @Test
  void theWindowAndTheBarrierShareTheRoom() {
    var barrier = new Barrier();
    window.add(1, 100, 0);
    window.add(2, 100, 0);
    barrier.add(3, 700, 0);
    assertThat(window.admits(100, barrier)).isTrue();
    assertThat(window.admits(101, barrier)).isFalse();
    barrier.add(4, 1, 0);
    assertThat(window.admits(1, barrier)).as("four messages").isFalse();
  }

  @Test
  void anAnswerToALaterOnePassesOverTheOldest() {
    int first = window.add(1, 1, 0);
    int second = window.add(2, 1, 0);
    int third = window.add(3, 1, 0);
    window.remove(second, 5);
    assertThat(window.isPassedOver()).isTrue();
    assertThat(window.oldestToken()).isEqualTo(1);
    window.remove(first, 6);
    assertThat(window.isPassedOver()).as("of the new oldest nothing is known").isFalse();
    window.remove(third, 7);
    assertThat(window.isPassedOver()).isFalse();
  }

  @Test
  void anAnswerToAPingWrittenAfterTheOldestPassesItOver() {
    int first = window.add(1, 1, 0);
    window.add(2, 1, 0);
    assertThat(window.asks(10, 10)).isTrue();
    window.pinged();
    window.remove(first, 5);
    window.answered();
    assertThat(window.isPassedOver()).as("another is the oldest meanwhile").isFalse();
    window.pinged();
    window.answered();
    assertThat(window.isPassedOver()).isTrue();
    assertThat(window.asks(100, 10)).as("nothing more to be learnt").isFalse();
  }

  @Test
  void aPingWrittenBeforeTheOldestSaysNothingOfIt() {
    window.pinged();
    window.add(1, 1, 0);
    window.answered();
    assertThat(window.isPassedOver()).isFalse();
  }
}

package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** System calls of the real process that fail, and a real disk that is full. */
class DiskFaultTest {

  @Test
  void failedForcesAndFullDisksCostNothingUnnamedEvenWhenThePowerFailsNext() throws Exception {
    Rig.Found found = Rig.run(DiskFaultRig.class, 240, Long.toString(Rig.seed()));
    assertThat(found.result()).as(found.all()).contains("violations=[]");
    assertThat(found.number("lost")).as(found.all()).isZero();
    assertThat(found.number("damaged_by_forces")).as(found.all()).isZero();
    assertThat(found.number("streams")).as("the stream goes on").isEqualTo(1);
    assertThat(found.number("slowest")).as("ms until it works again").isLessThan(10_000);
  }
}

package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Power cuts on real file systems, under an outbox at work. */
class PowerCutTest {

  private static Rig.Found run(LoopDisk.Kind kind, int cuts, String forced) throws Exception {
    return Rig.run(
        PowerCutRig.class,
        60 + 2 * cuts,
        kind.name(),
        Long.toString(Rig.seed()),
        Integer.toString(cuts),
        forced);
  }

  private static void losesNothing(LoopDisk.Kind kind, int cuts) throws Exception {
    int all = Boolean.getBoolean("sluice.long") ? cuts * 100 / 3 + 1 : cuts;
    Rig.Found found = run(kind, all, "forced");
    assertThat(found.result()).as(found.all()).contains("violations=[]");
    assertThat(found.number("lost")).as(found.all()).isZero();
    assertThat(found.number("damaged")).as(found.all()).isZero();
    assertThat(found.number("streams")).as("the stream goes on").isEqualTo(1);
    assertThat(found.number("durable")).as("cut in the middle of work").isGreaterThan(10L * all);
    assertThat(found.number("reused")).as("files were written over").isPositive();
    assertThat(found.number("named")).as("bounds forced records out").isPositive();
  }

  @Test
  void ext4LosesNothingThatWasDurable() throws Exception {
    losesNothing(LoopDisk.Kind.EXT4, 10);
  }

  @Test
  void ext4WithTheWeakerJournalLosesNothingThatWasDurable() throws Exception {
    losesNothing(LoopDisk.Kind.EXT4_WRITEBACK, 10);
  }

  @Test
  void xfsLosesNothingThatWasDurable() throws Exception {
    losesNothing(LoopDisk.Kind.XFS, 10);
  }

  @Test
  void withoutForceTheSameCutsLoseRecordsThatWereCalledDurable() throws Exception {
    for (LoopDisk.Kind kind : LoopDisk.Kind.values()) {
      Rig.Found found = run(kind, 2, "unforced");
      assertThat(found.number("lost") + found.number("damaged")).as("on %s", kind).isPositive();
    }
  }
}

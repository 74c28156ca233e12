package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An encrypted log keeps the promises of one in plain: the same tests, with keys. */
class EncryptedLogTest {

  private static final byte[] A = Plant.payload(101, MasterKey.BYTES);
  private static final byte[] B = Plant.payload(102, MasterKey.BYTES);
  private static final Keys KEYS = Keys.of(A, List.of());
  private static final List<Keys> ALL =
      List.of(
          Keys.of(A, List.of(B)),
          Keys.of(B, List.of(A)),
          Keys.of(null, List.of(B, A)),
          Keys.of(B, List.of(A)));

  private static void with(Supplier<Keys> keys) {
    Plant.KEYS.set(keys);
  }

  @AfterEach
  void back() {
    Plant.KEYS.remove();
  }

  @Test
  void anyLifeWithKeysThatChangeAtEveryStart() throws IOException {
    Random random = new Random(Plant.seed());
    with(() -> ALL.get(random.nextInt(ALL.size())));
    new ModelTest().keepsItsPromisesThroughAnyLife();
  }

  @Test
  void powerCuts() throws Exception {
    with(() -> KEYS);
    new FaultTest().aPowerCutOrKillAtAnyStepLosesNothingThatWasDurable();
  }

  @Test
  void garbage() throws IOException {
    with(() -> KEYS);
    new DamageTest().randomGarbageInAnyFileNeverStopsTheLog();
  }

  @Test
  void tailsThatWereTornAndDamaged() throws IOException {
    with(() -> KEYS);
    new SeqsAfterDamageTest().aDamagedLastCommitNeverLendsItsSeqsAgain();
    new DamageTest().zerosBehindTheTailAreNoDamage();
    new SeqsAfterDamageTest().aTailWhoseFirstPageReadsAsZerosIsDamageAndNotEmpty();
    new DamageTest().zeroedSectorsCostTheirCommitAndAreNamed();
    if (Plant.thorough()) {
      new DamageTest().tailCutAtAnyByteLeavesAPrefix();
      new DamageTest().anyFlippedBitOfASegmentCostsAtMostItsCommitAndIsNamed();
    }
  }
}

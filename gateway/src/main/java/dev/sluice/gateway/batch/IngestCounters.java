package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.normalize.NormalizedBlock;
import java.util.concurrent.atomic.LongAdder;

/** The figures of a verticle: written by its event loop, read by anybody. */
final class IngestCounters {

  private final LongAdder blocksIn = new LongAdder();
  private final LongAdder readingsIn = new LongAdder();
  private final LongAdder readingsOut = new LongAdder();
  private final LongAdder unmoved = new LongAdder();
  private final LongAdder tooSoon = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final LongAdder records = new LongAdder();
  private final LongAdder stateRecords = new LongAdder();
  private final LongAdder lostStates = new LongAdder();
  private final LongAdder rawBytes = new LongAdder();
  private final LongAdder compressedBytes = new LongAdder();
  private final LongAdder pendingBytes = new LongAdder();
  private final LongAdder waitingBlocks = new LongAdder();
  private final Tally<Quality> doubtful = new Tally<>(Quality.class);
  private final Tally<Refusal> refusedBlocks = new Tally<>(Refusal.class);
  private final Tally<Refusal> refusedReadings = new Tally<>(Refusal.class);
  private final Tally<Loss> lostReadings = new Tally<>(Loss.class);

  void normalized(int readings, NormalizedBlock out) {
    blocksIn.increment();
    readingsIn.add(readings);
    readingsOut.add(out.size());
    if (out.size() != readings) {
      unmoved.add(out.unmoved());
      tooSoon.add(out.tooSoon());
      repeated.add(out.repeated());
    }
    for (int i = 0, left = out.doubtful(); left > 0; i++) {
      if (!out.isGood(i)) {
        doubtful.add(out.quality(i), 1);
        left--;
      }
    }
  }

  void refused(Refusal reason, int readings) {
    refusedBlocks.add(reason, 1);
    refusedReadings.add(reason, readings);
  }

  void lost(Loss reason, int readings) {
    lostReadings.add(reason, readings);
  }

  void sealed(SealedRecord record) {
    rawBytes.add(record.unpackedBytes());
    compressedBytes.add(record.payload().length);
  }

  void durable() {
    records.increment();
  }

  void stateDurable() {
    stateRecords.increment();
  }

  void stateLost() {
    lostStates.increment();
  }

  void pending(long change) {
    pendingBytes.add(change);
  }

  void waiting(int change) {
    waitingBlocks.add(change);
  }

  IngestStats snapshot() {
    return new IngestStats(
        blocksIn.sum(),
        readingsIn.sum(),
        readingsOut.sum(),
        unmoved.sum(),
        tooSoon.sum(),
        repeated.sum(),
        doubtful.snapshot(quality -> quality),
        refusedBlocks.snapshot(Refusal::word),
        refusedReadings.snapshot(Refusal::word),
        lostReadings.snapshot(Loss::word),
        records.sum(),
        stateRecords.sum(),
        lostStates.sum(),
        rawBytes.sum(),
        compressedBytes.sum(),
        pendingBytes.sum(),
        waitingBlocks.sum());
  }
}

package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.Deadband;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import dev.sluice.gateway.outbox.RecordKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatcherTest {

  private static final DeviceDefinition A = Plant.device("a", ValueType.INT32, 2);
  private static final DeviceDefinition B = Plant.device("b", ValueType.INT32, 2);

  private final Shelf shelf = new Shelf();
  private final IngestCounters counters = new IngestCounters();
  private final Batcher batcher =
      new Batcher(4096, "boot-1", shelf, counters, new CurrentValues(), () -> {});

  @AfterEach
  void close() {
    batcher.close();
  }

  @Test
  void readingsOfDevicesAreGroupedInOneRecord() {
    take(Plant.block(A, 0, 1), Plant.block(B, 1, 2), Plant.block(A, 2, 3));
    assertThat(shelf.kinds()).isEmpty();
    batcher.flush();
    assertThat(shelf.content())
        .containsExactly(
            List.of(
                reading("a", 0, 0, 1),
                reading("a", 0, 1, 1),
                reading("a", 2, 0, 3),
                reading("a", 2, 1, 3),
                reading("b", 1, 0, 2),
                reading("b", 1, 1, 2)));
    batcher.flush();
    assertThat(shelf.kinds()).as("nothing is stored for nothing").hasSize(1);
  }

  @Test
  void aRecordEndsWhenItReachedItsSize() {
    DeviceDefinition wide = Plant.device("w", ValueType.INT64, 100);
    for (int i = 0; i < 60; i++) {
      batcher.take(Plant.block(wide, i, Long.MAX_VALUE - i));
    }
    batcher.flush();
    IngestStats stats = counters.snapshot();
    assertThat(stats.records()).isGreaterThan(10);
    assertThat(stats.rawBytes() / stats.records()).isBetween(3000L, 4096L + 1000);
    assertThat(shelf.readings()).isEqualTo(6000);
  }

  /** A device's state stands between the readings before and after it; others do not care. */
  @Test
  void aStateKeepsItsPlaceAmongTheReadingsOfItsDevice() {
    take(
        Plant.block(A, 0, 1),
        Plant.state(A, 1, false),
        Plant.block(B, 2, 2),
        Plant.state(B, 3, false),
        Plant.state(B, 4, true),
        Plant.block(A, 5, 3));
    batcher.flush();
    assertThat(shelf.kinds())
        .containsExactly(
            RecordKind.DATA,
            RecordKind.DEVICE_STATE,
            RecordKind.DEVICE_STATE,
            RecordKind.DEVICE_STATE,
            RecordKind.DATA);
    assertThat(shelf.content().subList(1, 4))
        .containsExactly(
            List.of("a@1700000000001 down"),
            List.of("b@1700000000003 down"),
            List.of("b@1700000000004 up"));
    assertThat(shelf.content().get(0)).hasSize(4);
    assertThat(shelf.content().get(4)).contains(reading("a", 5, 0, 3)).hasSize(2);
    assertThat(counters.snapshot().stateRecords()).isEqualTo(3);
  }

  @Test
  void aStateWithoutReadingsIsStoredAtTheTickToo() {
    take(Plant.state(A, 1, true));
    batcher.flush();
    assertThat(shelf.content()).containsExactly(List.of("a@1700000000001 up"));
    assertThat(batcher.pending()).isZero();
  }

  @Test
  void recordsAreSplitWhereTheTrustInTheClockChanges() {
    take(
        Plant.block(A, Plant.untrusted(5), to -> to.integer(0, 1).integer(1, 1)),
        Plant.block(A, Plant.untrusted(6), to -> to.integer(0, 2).integer(1, 2)),
        Plant.block(A, 7, 3));
    batcher.flush();
    assertThat(shelf.content()).hasSize(2);
    assertThat(shelf.content().get(0).get(0)).isEqualTo("a@5~50005 p0[] int32 1");
    assertThat(shelf.content().get(0).get(2)).isEqualTo("a@6~50006 p0[] int32 2");
    assertThat(shelf.content().get(1).get(0)).isEqualTo(reading("a", 7, 0, 3));
  }

  @Test
  void aChangedDeviceStartsAfreshInOrder() {
    DeviceDefinition before = deadbanded("V");
    DeviceDefinition after = deadbanded("kV");
    take(one(before, 0, 7), one(before, 1, 7), one(after, 2, 7), one(after, 3, 8));
    batcher.flush();
    assertThat(shelf.content())
        .containsExactly(List.of("d@1700000000000 x[V] int32 7", "d@1700000000002 x[kV] int32 7"));
    IngestStats stats = counters.snapshot();
    assertThat(stats.readingsIn()).isEqualTo(4);
    assertThat(stats.readingsOut()).isEqualTo(2);
    assertThat(stats.unmoved()).isEqualTo(2);
    assertThat(stats.blocksIn()).isEqualTo(4);
  }

  /** A hundred meters of one make say the names of their points once per record. */
  @Test
  void devicesOfOneKindShareTheirColumns() {
    var wide = new Batcher(64 << 10, "", shelf, counters, new CurrentValues(), () -> {});
    for (int i = 0; i < 100; i++) {
      wide.take(Plant.block(Plant.device("meter-" + i, ValueType.UINT16, 100), i, 230));
    }
    wide.flush();
    wide.close();
    IngestStats stats = counters.snapshot();
    assertThat(shelf.readings()).isEqualTo(10_000);
    assertThat(stats.rawBytes()).isLessThan(25_000);
  }

  @Test
  void badReadingsAreCountedByQuality() {
    take(
        Plant.block(A, Plant.at(0), to -> to.bad(0, Quality.TIMEOUT).bad(1, Quality.BUSY)),
        Plant.block(A, Plant.at(1), to -> to.bad(0, Quality.TIMEOUT).bad(1, Quality.TIMEOUT)));
    batcher.flush();
    IngestStats stats = counters.snapshot();
    assertThat(stats.doubtful()).isEqualTo(Map.of(Quality.TIMEOUT, 2L, Quality.BUSY, 1L));
    assertThat(stats.repeated()).isOne();
    assertThat(stats.readingsOut()).isEqualTo(3);
  }

  @Test
  void whatTheOutboxDoesNotTakeIsCountedAndDoesNotStayPending() {
    shelf.fail(new IllegalStateException("closed"));
    take(Plant.block(A, 0, 1), Plant.state(A, 1, false));
    batcher.flush();
    shelf.fail(null);
    take(Plant.block(A, 2, 1));
    batcher.flush();
    IngestStats stats = counters.snapshot();
    assertThat(stats.lostReadings()).isEqualTo(Map.of("append_failed", 2L));
    assertThat(stats.lostStates()).isOne();
    assertThat(stats.records()).isOne();
    assertThat(stats.pendingBytes()).isZero();
    assertThat(batcher.pending()).isZero();
  }

  /** Who remembers as sent what never arrived holds back what the other side does not know. */
  @Test
  void afterALossEverythingIsSentAnew() {
    DeviceDefinition device = deadbanded("V");
    take(one(device, 0, 7), bad(A, 0));
    batcher.flush();
    shelf.fail(new IllegalStateException("disk full"));
    take(one(device, 1, 20), bad(A, 1), Plant.block(B, 1, 1));
    batcher.flush();
    shelf.fail(null);
    take(one(device, 2, 20), bad(A, 2), bad(A, 3), one(device, 3, 20));
    batcher.flush();
    assertThat(shelf.content())
        .element(1)
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .containsExactly(
            "d@1700000000002 x[V] int32 20",
            "a@1700000000002 p0[] int32 timeout",
            "a@1700000000002 p1[] int32 timeout");
    assertThat(shelf.kinds()).hasSize(2);
  }

  private static Acquired bad(DeviceDefinition device, long millis) {
    return Plant.block(
        device, Plant.at(millis), to -> to.bad(0, Quality.TIMEOUT).bad(1, Quality.TIMEOUT));
  }

  @Test
  void aBlockThatMakesNoSenseHarmsNoOther() {
    take(Plant.block(A, 0, 1));
    DeviceDefinition small = new DeviceDefinition("a", List.of());
    var block = new ReadingBlock(small, new int[] {3}, new Values.Builder(1).build(), Plant.at(1));
    try {
      batcher.take(block);
    } catch (IndexOutOfBoundsException expected) {
      assertThat(expected).hasMessageContaining("3");
    }
    take(Plant.block(B, 1, 2));
    batcher.flush();
    assertThat(shelf.content().get(0)).hasSize(4);
  }

  /** What comes in comes out: not one block may go missing on the way. */
  @Test
  void noneOfManyBlocksGoesMissing() {
    int blocks = 5000;
    for (int i = 0; i < blocks; i++) {
      batcher.take(Plant.block(i % 2 == 0 ? A : B, i, i));
    }
    batcher.flush();
    var seen = new HashSet<String>();
    shelf.content().forEach(seen::addAll);
    assertThat(seen).hasSize(2 * blocks);
    assertThat(shelf.readings()).isEqualTo(2 * blocks);
    IngestStats stats = counters.snapshot();
    assertThat(stats.readingsIn()).isEqualTo(2 * blocks);
    assertThat(stats.readingsOut()).isEqualTo(2 * blocks);
    assertThat(stats.compressedBytes()).isLessThan(stats.rawBytes());
  }

  private void take(Acquired... all) {
    List.of(all).forEach(batcher::take);
  }

  private static Acquired one(DeviceDefinition device, long millis, long value) {
    return Plant.block(device, millis, value);
  }

  private static DeviceDefinition deadbanded(String unit) {
    var rules =
        new PointRules(
            BigDecimal.ONE,
            BigDecimal.ZERO,
            new Deadband(5, false),
            Duration.ZERO,
            Duration.ZERO,
            null,
            null);
    return new DeviceDefinition(
        "d", List.of(new PointDefinition("x", unit, ValueType.INT32, rules)));
  }

  private static String reading(String device, long millis, int point, long value) {
    return device + "@" + (Plant.T + millis) + " p" + point + "[] int32 " + value;
  }
}

package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.Keys;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is compared must do the same work. */
class StoresTest {

  private static final long RING = 2 << 20;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"sluice", "sluice-encrypted", "sqlite", "mvstore"})
  void aBacklogIsThereAfterItWasOpenedAgainFromItsFirstRecordOn(String name) throws Exception {
    for (int round = 0; round < 2; round++) {
      try (Store store = Store.open(name, directory, Store.Use.BACKLOG, RING)) {
        write(store, round * 500, 500);
        assertThat(number(store.oldest())).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sluice", "sluice-encrypted", "sqlite", "mvstore"})
  void aRingHasForgottenItsFirstRecordsAndHoldsAtMostItsSize(String name) throws Exception {
    int records = (int) (4 * RING / Store.RECORD);
    try (Store store = Store.open(name, directory, Store.Use.RING, RING)) {
      write(store, 0, records);
      long held = records - number(store.oldest());
      assertThat(held).isBetween(RING / Store.RECORD / 2, RING / Store.RECORD);
    }
  }

  @Test
  void whatIsAcknowledgedMakesRoomInTheRing() throws Exception {
    try (var store = new SluiceStore(directory, Store.Use.APPEND, RING, Keys.NONE)) {
      write(store, 0, (int) (4 * RING / Store.RECORD));
    }
    try (var files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum())
          .isLessThan(RING);
    }
  }

  private static void write(Store store, int from, int count) throws Exception {
    for (int i = from; i < from + count; i++) {
      byte[] record = new byte[Store.RECORD];
      ByteBuffer.wrap(record).putInt(0, i);
      store.put(record);
      if (i % 20 == 19) {
        store.commit();
      }
    }
    store.commit();
  }

  private static int number(byte[] record) {
    return ByteBuffer.wrap(record).getInt(0);
  }

  @Test
  void theSectorsWrittenAreTheSeventhNumberOfABlockDevicesStatistics() {
    assertThat(LoopDevice.sectors("   69  1  2194  3  11  0  264704  18  0  16  22  0  0\n"))
        .isEqualTo(264_704);
  }
}

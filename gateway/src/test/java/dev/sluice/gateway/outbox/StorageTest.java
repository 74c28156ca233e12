package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Between disk and memory: nothing is lost, and nobody waits for a disk. */
class StorageTest extends StorageRig {

  private static final MemoryFiles.Hook BROKEN =
      (op, path) -> {
        throw new IOException("injected: " + op);
      };

  private static void acknowledgeAll(Outbox outbox) throws Exception {
    for (long seq : records(outbox).keySet()) {
      outbox.cursor(UPLINK).ack(seq);
    }
  }

  private static boolean deliveredAll(
      Storage storage, Map<String, TreeMap<Long, Integer>> delivered) {
    try {
      deliver(storage, delivered);
      return storage.stats().bytes() == 0 && storage.outbox().backlog().get(UPLINK) == 0;
    } catch (ExecutionException e) {
      return false; // the memory went while we read on: it had delivered all
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void deliver(Storage storage, Map<String, TreeMap<Long, Integer>> delivered)
      throws Exception {
    Outbox from = storage.serving(UPLINK);
    TreeMap<Long, Integer> bySeq =
        delivered.computeIfAbsent(from.stream(), unused -> new TreeMap<>());
    for (OutboxRecord record : records(from).values()) {
      if (record.kind() == RecordKind.DATA) {
        bySeq.put(record.seq(), number(record));
      }
      from.cursor(UPLINK).ack(record.seq());
    }
  }

  @Test
  void withADiskItIsDurable() throws Exception {
    Storage storage = open(DIRECTORY, files, Duration.ofSeconds(20));
    get(append(storage, 1));
    StorageStats stats = storage.stats();
    assertThat(stats.durable()).isTrue();
    assertThat(stats.reason()).isEmpty();
    assertThat(stats.entered()).isZero();
    assertThat(storage.stream()).hasSize(26);
    assertThat(numbers(storage.serving(UPLINK))).containsExactly(1);
  }

  @Test
  void withoutADiskItTakesAndDeliversFromMemoryUnderAStreamThatSaysSo() throws Exception {
    files.hook(BROKEN);
    Storage storage = open();
    for (int n = 0; n < 20; n++) {
      get(append(storage, n));
    }
    assertThat(storage.stream()).startsWith(Outbox.VOLATILE).hasSize(26 + 9);
    StorageStats stats = storage.stats();
    assertThat(stats.durable()).isFalse();
    assertThat(stats.reason()).contains("injected");
    assertThat(stats.hint()).contains(DIRECTORY.toString());
    assertThat(stats.entered()).isEqualTo(1);
    assertThat(stats.records()).isEqualTo(20);
    assertThat(stats.bytes()).isPositive();
    assertThat(storage.outbox().writtenBytes()).as("flash was written").isZero();
    assertThat(numbers(storage.serving(UPLINK))).isEqualTo(range(0, 20));
  }

  @Test
  void whenTheDiskIsBackNewRecordsGoThereAndMemoryIsDeliveredFirst() throws Exception {
    files.hook(BROKEN);
    Storage storage = open();
    for (int n = 0; n < 10; n++) {
      get(append(storage, n));
    }
    Outbox memory = storage.serving(UPLINK);
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
    for (int n = 10; n < 20; n++) {
      get(append(storage, n));
    }
    assertThat(storage.stream()).doesNotStartWith(Outbox.VOLATILE);
    assertThat(storage.serving(UPLINK)).as("perishable first").isSameAs(memory);
    assertThat(numbers(memory)).isEqualTo(range(0, 10));
    CountDownLatch told = new CountDownLatch(2); // once for setting it
    storage.onSwitch(
        () -> {
          told.countDown();
          return Future.succeededFuture();
        });
    acknowledgeAll(memory);
    assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    Outbox disk = storage.serving(UPLINK);
    assertThat(disk).isNotSameAs(memory);
    assertThat(numbers(disk)).isEqualTo(range(10, 20));
    until("memory to be given back", () -> storage.stats().bytes() == 0);
  }

  @Test
  void aDiskThatFailsWhileRunningIsGivenUpAndWhatWaitedForItKeepsItsOrder() throws Exception {
    Storage storage = open();
    Outbox disk = storage.serving(UPLINK);
    String stream = storage.stream();
    for (int n = 0; n < 5; n++) {
      get(append(storage, n));
    }
    files.hook(BROKEN);
    List<Future<Long>> waiting = new ArrayList<>();
    for (int n = 5; n < 60; n++) {
      waiting.add(append(storage, n));
      Thread.sleep(n % 10 == 0 ? 20 : 0); // some before, some during the change
    }
    for (Future<Long> record : waiting) {
      get(record);
    }
    Outbox memory = storage.serving(UPLINK);
    assertThat(memory).isNotSameAs(disk);
    assertThat(numbers(memory)).isEqualTo(range(5, 60));
    assertThat(storage.stats().reason()).contains("injected");
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
    assertThat(storage.stream()).as("its end was found").isEqualTo(stream);
    get(append(storage, 60));
    acknowledgeAll(memory);
    until("disk again", () -> storage.serving(UPLINK) != memory);
    List<Integer> left = new ArrayList<>(range(0, 5));
    left.add(60);
    assertThat(numbers(storage.serving(UPLINK))).isEqualTo(left);
  }

  @Test
  void aDiskThatHangsKeepsNobodyWaiting() throws Exception {
    Storage storage = open();
    get(append(storage, 0));
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.FORCE) {
            awaitQuietly(goOn);
          }
        });
    for (int n = 1; n < 30; n++) {
      get(append(storage, n)); // completes although the write before does not
    }
    assertThat(storage.stats().durable()).isFalse();
    assertThat(numbers(storage.serving(UPLINK))).isEqualTo(range(1, 30));
    assertThat(storage.stats().reason()).contains("does not come to its end");
    goOn.countDown();
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
  }

  @Test
  void memoryIsBoundedAndWhatItLetsGoIsAnnounced() throws Exception {
    files.hook(BROKEN);
    Storage storage = open();
    for (int n = 0; n < 700; n++) {
      get(append(storage, n));
      assertThat(storage.stats().bytes()).isLessThanOrEqualTo(256 * 1024);
    }
    TreeMap<Long, OutboxRecord> left = records(storage.serving(UPLINK));
    BitSet known = new BitSet();
    for (OutboxRecord record : left.values()) {
      known.set((int) record.seq());
      if (record.kind() == RecordKind.GAP) {
        GapRecord gap = GapRecord.decode(record.payload());
        assertThat(gap.reason()).isEqualTo("bytes");
        known.set((int) gap.first(), (int) gap.last() + 1);
      }
    }
    assertThat(known.nextClearBit(1)).as("first seq of which nothing is known").isGreaterThan(700);
    assertThat(storage.stats().lost()).containsOnlyKeys("bytes");
    assertThat(storage.stats().lost().get("bytes")).isEqualTo(left.firstKey() - 1);
  }

  @Test
  void itGoesBackAndForthAsOftenAsTheDiskDoesAndLosesNothing() throws Exception {
    var roomy =
        new MemoryOptions(
            16 << 20, 1 << 20, Duration.ofMillis(60), Duration.ofMillis(10), Duration.ofMillis(50));
    Storage storage = open(DIRECTORY, files, roomy);
    Map<String, TreeMap<Long, Integer>> delivered = new TreeMap<>();
    List<Future<Long>> accepted = new ArrayList<>();
    int n = 0;
    for (int round = 0; round < 4; round++) {
      files.hook(BROKEN);
      int atLeast = n + 40;
      while (storage.stats().durable() || n < atLeast) {
        accepted.add(append(storage, n++));
        Thread.sleep(1);
      }
      if (round % 2 == 0) { // else the next failure finds memory not delivered
        deliver(storage, delivered);
      }
      files.hook(WORKS);
      while (!storage.stats().durable()) {
        accepted.add(append(storage, n++));
        Thread.sleep(1);
      }
    }
    for (Future<Long> record : accepted) {
      get(record);
    }
    until("memory to be delivered", () -> deliveredAll(storage, delivered));
    BitSet arrived = new BitSet();
    delivered.forEach(
        (stream, bySeq) -> {
          assertThat(List.copyOf(bySeq.values())).as("order in %s", stream).isSorted();
          bySeq.values().forEach(arrived::set);
        });
    assertThat(arrived.nextClearBit(0)).as("first that did not arrive").isEqualTo(n);
    assertThat(storage.stats().entered()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void whatIsStillInMemoryAtTheEndIsAnnouncedOnTheDisk() throws Exception {
    files.hook(BROKEN);
    Storage storage = open();
    get(append(storage, 1));
    files.hook(WORKS);
    until("disk", () -> storage.stats().durable());
    get(storage.close());
    opened.clear();
    Storage next = open();
    List<OutboxRecord> left = new ArrayList<>(records(next.serving(UPLINK)).values());
    assertThat(left).hasSize(1);
    GapRecord gap = GapRecord.decode(left.get(0).payload());
    assertThat(gap).isEqualTo(new GapRecord(0, 0, 0, "memory", UPLINK));
  }
}

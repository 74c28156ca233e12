package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a disk, without one, and what happens in between. */
class StorageTest {

  private static final Path DIRECTORY = Path.of("/outbox");
  private static final String UPLINK = "cloud";

  private static final MemoryFiles.Hook WORKS = (op, path) -> {};
  private static final MemoryFiles.Hook BROKEN =
      (op, path) -> {
        throw new IOException("injected: " + op);
      };

  private final MemoryFiles files = new MemoryFiles();
  private final List<Storage> opened = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    files.hook(WORKS);
    for (Storage storage : opened) {
      get(storage.close());
    }
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting for: %s", what).isNegative();
      Thread.sleep(2);
    }
  }

  private static OutboxOptions options(Path directory) {
    return new OutboxOptions(
        directory,
        256 * 1024,
        Duration.ofDays(30),
        Duration.ofMillis(2),
        32 * 1024,
        Duration.ofMillis(10),
        64 * 1024,
        1 << 20,
        64 * 1024);
  }

  private static MemoryOptions memory(Duration after) {
    return new MemoryOptions(
        256 * 1024, 32 * 1024, after, Duration.ofMillis(10), Duration.ofMillis(50));
  }

  private Storage open(Path directory, FileOps disk, Duration after) throws Exception {
    return open(directory, disk, memory(after));
  }

  private Storage open(Path directory, FileOps disk, MemoryOptions memory) throws Exception {
    Storage storage =
        get(
            Storage.open(
                vertx,
                options(directory),
                memory,
                FlashOptions.DEFAULTS,
                Map.of(UPLINK, CursorStart.NOW),
                new TestTime(),
                disk));
    opened.add(storage);
    return storage;
  }

  private Storage open() throws Exception {
    return open(DIRECTORY, files, Duration.ofMillis(200));
  }

  private Future<Long> append(Storage storage, int n) {
    byte[] payload = new byte[600];
    payload[0] = (byte) n;
    payload[1] = (byte) (n >> 8);
    return storage.append(RecordKind.DATA, payload, 1);
  }

  private static int number(OutboxRecord record) {
    return (record.payload()[0] & 0xFF) | (record.payload()[1] & 0xFF) << 8;
  }

  /** All data that an outbox has for the uplink, in its order. */
  private static List<Integer> numbers(Outbox outbox) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    for (OutboxRecord record : records(outbox).values()) {
      if (record.kind() == RecordKind.DATA) {
        numbers.add(number(record));
      }
    }
    return numbers;
  }

  private static TreeMap<Long, OutboxRecord> records(Outbox outbox) throws Exception {
    OutboxCursor cursor = outbox.cursor(UPLINK);
    TreeMap<Long, OutboxRecord> all = new TreeMap<>();
    List<OutboxRecord> read = get(cursor.read(0, 1 << 20));
    while (!read.isEmpty()) {
      read.forEach(record -> all.put(record.seq(), record));
      read = get(cursor.read(all.lastKey() + 1, 1 << 20));
    }
    return all;
  }

  private static void acknowledgeAll(Outbox outbox) throws Exception {
    for (long seq : records(outbox).keySet()) {
      outbox.cursor(UPLINK).ack(seq);
    }
  }

  private static List<Integer> range(int from, int to) {
    List<Integer> range = new ArrayList<>();
    for (int n = from; n < to; n++) {
      range.add(n);
    }
    return range;
  }

  @Test
  void withADiskItIsDurable() throws Exception {
    Storage storage = open();
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

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aDiskThatDoesNotAnswerAtTheStartKeepsNothingFromStarting() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.LIST) {
            awaitQuietly(goOn);
          }
        });
    Storage storage = open();
    get(append(storage, 1));
    assertThat(storage.stats().reason()).contains("does not answer");
    goOn.countDown();
    until("disk", () -> storage.stats().durable());
    assertThat(numbers(storage.serving(UPLINK))).containsExactly(1);
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

  @Test
  void aDirectoryInUseIsNoReasonForMemory() throws Exception {
    Storage first = open();
    assertThat(first.stats().durable()).isTrue();
    assertThatThrownBy(this::open)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(OutboxException.class)
        .hasMessageContaining("in use by this process");
  }

  @Test
  void aNewerVersionsDirectoryIsLeftAloneAndTheOneBesideItIsFoundAgain(@TempDir Path parent)
      throws Exception {
    Path directory = parent.resolve("outbox");
    Storage older = open(directory, FileOps.DISK, Duration.ofSeconds(20));
    get(append(older, 1));
    get(older.close());
    opened.clear();
    Map<Path, byte[]> newer = new TreeMap<>();
    try (var all = Files.list(directory)) {
      for (Path file : all.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".seg")) {
          bytes[11]++;
          var sum = new CRC32C();
          sum.update(bytes, 0, 12);
          ByteBuffer.wrap(bytes).putInt(12, (int) sum.getValue());
          Files.write(file, bytes);
        }
        newer.put(file, bytes);
      }
    }
    String stream = "";
    for (int start = 1; start <= 2; start++) {
      Storage storage = open(directory, FileOps.DISK, Duration.ofSeconds(20));
      assertThat(storage.stats().durable()).isTrue();
      assertThat(storage.stats().directory())
          .isEqualTo(parent.resolve("outbox-format-1").toString());
      assertThat(numbers(storage.serving(UPLINK))).isEqualTo(range(1, start));
      assertThat(start == 1 || storage.stream().equals(stream)).as("the same stream").isTrue();
      stream = storage.stream();
      get(append(storage, start));
      get(storage.close());
      opened.clear();
    }
    try (var all = Files.list(directory)) {
      assertThat(all.toList()).containsExactlyInAnyOrderElementsOf(newer.keySet());
    }
    for (Map.Entry<Path, byte[]> file : newer.entrySet()) {
      assertThat(Arrays.equals(Files.readAllBytes(file.getKey()), file.getValue()))
          .as("%s is as it was", file.getKey())
          .isTrue();
    }
  }

  @Test
  void whereTheDirectoryShouldBeLiesAFile(@TempDir Path parent) throws Exception {
    Path path = Files.writeString(parent.resolve("outbox"), "mine");
    Storage storage = open(path, FileOps.DISK, Duration.ofSeconds(20));
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.stats().hint()).contains("is a file or a link that leads nowhere");
    assertThat(Files.readString(path)).isEqualTo("mine");
    Files.delete(path);
    until("disk", () -> storage.stats().durable());
  }

  @Test
  void whereTheDirectoryShouldBeLiesALinkThatLeadsNowhere(@TempDir Path parent) throws Exception {
    Path path = Files.createSymbolicLink(parent.resolve("outbox"), parent.resolve("gone"));
    Storage storage = open(path, FileOps.DISK, Duration.ofSeconds(20));
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.stats().hint()).contains("is a file or a link that leads nowhere");
    Files.createDirectory(parent.resolve("gone"));
    until("disk", () -> storage.stats().durable());
  }

  @Test
  void foreignFilesInTheDirectoryHarmNothingAndStay(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("README"), "mine");
    Files.writeString(directory.resolve("notes.cursor.txt"), "mine");
    Files.createDirectory(directory.resolve("sub.seg"));
    Files.createSymbolicLink(directory.resolve("nowhere.seg"), directory.resolve("gone"));
    Storage storage = open(directory, FileOps.DISK, Duration.ofSeconds(20));
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isTrue();
    assertThat(storage.outbox().failures()).isZero();
    assertThat(Files.readString(directory.resolve("README"))).isEqualTo("mine");
    assertThat(directory.resolve("sub.seg")).isDirectory();
    assertThat(directory.resolve("nowhere.seg")).isSymbolicLink();
  }

  /** It opens, and takes nothing: to go there and come back again and again would help nobody. */
  @Test
  void aDiskThatOpensAndTakesNothingIsNotGoneBackTo() throws Exception {
    files.capacity(files.used());
    var tries = new java.util.concurrent.atomic.AtomicInteger();
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.CREATE && path.toString().contains(".cursor")) {
            tries.incrementAndGet();
          }
        });
    Storage storage = open();
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isFalse();
    String reason = storage.stats().reason();
    int before = tries.get();

    until("it was tried again", () -> tries.get() >= before + 5);

    assertThat(storage.stats().entered()).isEqualTo(1);
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.stats().reason()).isEqualTo(reason);
    files.capacity(Long.MAX_VALUE);
    until("on disk", () -> storage.stats().durable());
    get(append(storage, 2));
  }
}

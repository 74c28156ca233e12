package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever is damaged: the copy is whole, nothing in it is wrong, and what is lost is named. */
class LogRepairTest {

  private static final Path TARGET = Path.of("/outbox.repaired");
  private static final int ROUNDS = Plant.thorough() ? 20_000 : 300;
  private static final String UPLINK = "cloud";

  private final TreeMap<Long, byte[]> written = new TreeMap<>();
  private final List<Damage> damage = new ArrayList<>();

  private static final byte[] KEY = Plant.payload(101, MasterKey.BYTES);

  private Keys keys = Keys.NONE;

  /** Then the cursor says where the log ended. */
  private boolean closed;

  private static @Nullable Loss loss(byte[] payload) {
    if (payload.length < 32) {
      return null;
    }
    Plant.Gap gap = Plant.Gap.of(payload);
    return new Loss(gap.uplink(), gap.first(), gap.last(), 0, gap.readings(), gap.cause());
  }

  private Map<Path, byte[]> fill(Random random) throws IOException {
    written.clear();
    Plant plant = roomy(new Plant());
    Log log = plant.open();
    Cursor cursor = log.cursor(UPLINK);
    long n = 1;
    for (int i = 0; i < 25; i++) {
      List<Entry> entries = Plant.entries(n, 1 + random.nextInt(4), 20 + random.nextInt(3_000));
      long seq = log.commit(entries);
      for (Entry entry : entries) {
        written.put(seq++, entry.payload());
        n++;
      }
    }
    cursor.acknowledge(1, 1 + random.nextInt(20));
    log.syncCursors();
    closed = random.nextBoolean();
    if (closed) {
      log.close();
    }
    return plant.files.contents();
  }

  /** Nothing is forced out. */
  private Plant roomy(Plant plant) {
    plant.options =
        new LogOptions(
            Plant.DIRECTORY,
            100L * Plant.SEGMENT,
            Duration.ofDays(30),
            Plant.SEGMENT,
            100L * Plant.SEGMENT,
            keys);
    return plant;
  }

  private LogRepair.Result repair(MemoryFiles files) throws IOException {
    damage.clear();
    try (LogView view = LogView.openAlone(Plant.DIRECTORY, files, keys)) {
      return new LogRepair(
              files,
              Plant.DIRECTORY,
              TARGET,
              new Plant.TestAnnouncer(),
              LogRepairTest::loss,
              new Random(3))
          .run(view, Plant.SEGMENT, watching(damage));
    }
  }

  private static LogVisitor watching(List<Damage> damage) {
    return new LogVisitor() {
      @Override
      public boolean record(StoredRecord record, long wallMillis) {
        return true;
      }

      @Override
      public void damage(Damage found) {
        damage.add(found);
      }
    };
  }

  private static Map<Path, byte[]> only(MemoryFiles files, Path directory) {
    Map<Path, byte[]> found = new HashMap<>();
    files
        .contents()
        .forEach(
            (path, bytes) -> {
              if (directory.equals(path.getParent())) {
                found.put(Plant.DIRECTORY.resolve(path.getFileName().toString()), bytes);
              }
            });
    return found;
  }

  /** The copy, as the log itself reads it. */
  private TreeMap<Long, StoredRecord> readsRight(MemoryFiles files) throws IOException {
    Plant plant = roomy(Plant.of(only(files, TARGET)));
    try (LogView view = LogView.open(Plant.DIRECTORY, plant.files, keys)) {
      List<Damage> left = new ArrayList<>();
      view.check(watching(left));
      assertThat(left).allMatch(found -> found.kind() == Damage.Kind.MISSING);
    }
    try (Log log = plant.open()) {
      TreeMap<Long, StoredRecord> found = Plant.drain(log, log.cursor(UPLINK));
      for (StoredRecord record : found.values()) {
        if (record.kind() == Plant.DATA) {
          assertThat(record.payload()).isEqualTo(written.get(record.seq()));
        }
      }
      return found;
    }
  }

  @Test
  void anyDamageEndsInAWholeCopyThatNamesWhatIsLost() throws IOException {
    long seed = Plant.seed();
    for (int round = 0; round < ROUNDS; round++) {
      var random = new Random(seed + round);
      keys = round % 3 == 0 ? Keys.of(KEY, List.of()) : Keys.NONE;
      Map<Path, byte[]> whole = fill(random);
      Map<Path, byte[]> contents = new HashMap<>(whole);
      List<Path> paths = new ArrayList<>(contents.keySet().stream().sorted().toList());
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        hurt(contents, paths.get(random.nextInt(paths.size())), random);
      }
      Path cursor = Plant.DIRECTORY.resolve(UPLINK + ".cursor");
      boolean endKnown = closed && Arrays.equals(whole.get(cursor), contents.get(cursor));
      MemoryFiles files = MemoryFiles.of(contents);
      Map<Path, byte[]> before = only(files, Plant.DIRECTORY);
      try {
        LogRepair.Result result = repair(files);
        TreeMap<Long, StoredRecord> found = readsRight(files);
        List<Plant.Gap> gaps = Plant.gaps(found);
        long end = endKnown ? Long.MAX_VALUE : found.isEmpty() ? 0 : found.lastKey();
        for (long seq : written.headMap(end).keySet()) {
          boolean there = found.containsKey(seq);
          boolean acknowledged = seq <= 20 || result.cursors() == 0;
          assertThat(there || acknowledged || gaps.stream().anyMatch(gap -> gap.names(seq)))
              .as("seed %d: seq %d is there or named in %s", seed + round, seq, gaps)
              .isTrue();
        }
      } catch (IOException e) {
        assertThat(e.getMessage()).containsAnyOf("nothing to copy", "is no outbox");
      }
      Map<Path, byte[]> after = only(files, Plant.DIRECTORY);
      assertThat(after.keySet()).isEqualTo(before.keySet());
      after.forEach((path, bytes) -> assertThat(bytes).isEqualTo(before.get(path)));
    }
  }

  private static void hurt(Map<Path, byte[]> contents, Path path, Random random) {
    byte[] bytes = contents.get(path);
    if (bytes == null || bytes.length == 0) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> contents.put(path, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case 1 -> contents.remove(path);
      case 2 -> {
        byte[] zeroed = bytes.clone();
        int at = random.nextInt(bytes.length) / 512 * 512;
        Arrays.fill(
            zeroed, at, Math.min(bytes.length, at + 512 * (1 + random.nextInt(16))), (byte) 0);
        contents.put(path, zeroed);
      }
      case 3 -> {
        contents.remove(path);
        contents.put(path.resolveSibling(path.getFileName() + ".damaged"), bytes);
      }
      default -> {
        byte[] flipped = bytes.clone();
        flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        contents.put(path, flipped);
      }
    }
  }

  @Test
  void withoutTheKeyNothingIsDamagedAndWhatIsGivenUpIsNamedForIt() throws IOException {
    keys = Keys.of(KEY, List.of());
    Map<Path, byte[]> contents = fill(new Random(1));
    // The last segment is in plain, as if encryption had been turned off.
    Plant plant = Plant.of(contents);
    keys = Keys.of(null, List.of(KEY));
    try (Log log = roomy(plant).open()) {
      long seq = log.commit(Plant.entries(1_000, 3, 100));
      for (Entry entry : Plant.entries(1_000, 3, 100)) {
        written.put(seq++, entry.payload());
      }
    }
    MemoryFiles files = MemoryFiles.of(plant.files.contents());
    keys = Keys.NONE;
    Survey survey;
    try (LogView view = LogView.openAlone(Plant.DIRECTORY, files, keys)) {
      survey = view.survey();
      view.check(watching(damage));
    }
    assertThat(damage).isNotEmpty().allMatch(found -> found.kind() == Damage.Kind.LOCKED);
    assertThat(damage).extracting(Damage::key).containsOnly(Keys.of(KEY, List.of()).ids().get(0));
    assertThat(survey.broken()).isEmpty();
    assertThat(survey.locked()).hasSameSizeAs(damage).allMatch(Survey.LockedPart::wanted);
    assertThat(survey.cursors().get(0).missing()).isZero();
    assertThat(survey.cursors().get(0).locked()).isPositive();

    LogRepair.Result result = repair(files);

    assertThat(result.records()).isEqualTo(3);
    assertThat(result.lost()).extracting(Loss::cause).containsOnly(Loss.Cause.KEY);
    assertThat(Plant.gaps(readsRight(files))).isNotEmpty();

    keys = Keys.of(null, List.of(KEY));
    MemoryFiles again = MemoryFiles.of(only(files, Plant.DIRECTORY));
    assertThat(repair(again).lost()).isEmpty();
    assertThat(damage).isEmpty();
  }

  @Test
  void theCopyIsEncryptedWithTheNewestKey() throws IOException {
    MemoryFiles files = MemoryFiles.of(fill(new Random(1)));
    keys = Keys.of(KEY, List.of());

    repair(files);

    try (LogView copy = LogView.open(TARGET, files, keys)) {
      assertThat(copy.survey().segments())
          .extracting(Survey.SegmentPart::key)
          .containsOnly(keys.ids().get(0));
    }
    readsRight(files);
  }

  @Test
  void aWholeLogIsCopiedWithNothingLost() throws IOException {
    MemoryFiles files = MemoryFiles.of(fill(new Random(1)));

    long there;
    try (LogView view = LogView.open(Plant.DIRECTORY, files, keys)) {
      there = view.survey().segments().stream().mapToLong(Survey.SegmentPart::records).sum();
    }

    LogRepair.Result result = repair(files);

    assertThat(there).isGreaterThan(20);
    assertThat(result.records()).isEqualTo(there);
    assertThat(result.lost()).isEmpty();
    assertThat(damage).isEmpty();
    assertThat(Plant.gaps(readsRight(files))).isEmpty();
  }

  @Test
  void theReadableHalfOfAnUnfinishedCommitIsTakenBack() throws IOException {
    Plant plant = new Plant();
    Log log = plant.open();
    log.cursor(UPLINK);
    log.commit(Plant.entries(1, 2, 100));
    log.commit(Plant.entries(3, 3, 3_000));
    log.syncCursors();
    for (long n = 1; n <= 5; n++) {
      written.put(n, Plant.payload(n, n < 3 ? 100 : 3_000));
    }
    Map<Path, byte[]> contents = new HashMap<>(plant.files.contents());
    Path tail =
        contents.keySet().stream().filter(p -> p.toString().endsWith(".seg")).findFirst().get();
    byte[] bytes = contents.get(tail).clone();
    int lastRecord = 2 * SegmentHeader.PAGE + CommitHeader.BYTES + 2 * (Frame.BYTES + 3_000);
    ByteBuffer.wrap(bytes).putLong(lastRecord + Frame.BYTES + 8, 0);
    contents.put(tail, bytes);
    MemoryFiles files = MemoryFiles.of(contents);

    LogRepair.Result result = repair(files);

    assertThat(result.records()).isEqualTo(4);
    assertThat(result.salvaged()).isEqualTo(2);
    assertThat(result.lost()).hasSize(1);
    assertThat(result.lost().get(0).first()).isEqualTo(5);
    assertThat(result.lost().get(0).last()).isEqualTo(5);
    assertThat(readsRight(files).keySet()).contains(1L, 2L, 3L, 4L, 6L);
  }
}

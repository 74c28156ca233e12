package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Any bytes in any file end in a working log that never gives wrong bytes. */
class DamageTest extends DamageRig {

  /** Opens what is left, reads it, appends, reads that, opens again. */
  private TreeMap<Long, StoredRecord> survives(Map<Path, byte[]> contents) throws IOException {
    Plant plant = Plant.of(contents);
    TreeMap<Long, StoredRecord> found;
    String stream;
    try (Log log = plant.open()) {
      stream = log.stream().text();
      found = Plant.drain(log, log.cursor(UPLINK));
      long seq = log.commit(Plant.entries(1_000_000, 2, 100));
      TreeMap<Long, StoredRecord> more = Plant.drain(log, log.cursor(UPLINK));
      assertThat(more.get(seq).payload()).isEqualTo(Plant.payload(1_000_000, 100));
      assertThat(more.get(seq + 1).payload()).isEqualTo(Plant.payload(1_000_001, 100));
    }
    try (Log again = plant.open()) {
      assertThat(again.stream().text()).isEqualTo(stream);
      assertThat(Plant.drain(again, again.cursor(UPLINK)).keySet()).containsAll(found.keySet());
    }
    return right(found);
  }

  /** Only opens and reads what is left. */
  private TreeMap<Long, StoredRecord> reads(Map<Path, byte[]> contents) throws IOException {
    try (Log log = Plant.of(contents).open()) {
      return right(Plant.drain(log, log.cursor(UPLINK)));
    }
  }

  private TreeMap<Long, StoredRecord> right(TreeMap<Long, StoredRecord> found) {
    for (StoredRecord record : found.values()) {
      if (record.kind() == Plant.DATA) {
        assertThat(record.payload())
            .as("seq %d", record.seq())
            .isEqualTo(written.get(record.seq()));
      }
    }
    return found;
  }

  @Test
  void tailCutAtAnyByteLeavesAPrefix() throws IOException {
    for (boolean clean : new boolean[] {false, true}) {
      written.clear();
      Map<Path, byte[]> contents = fill(3, clean);
      Path tail = newest(contents);
      byte[] whole = contents.get(tail);
      long longest = 0;
      int step = Plant.thorough() || !clean ? 1 : 17;
      for (int length = 0; length <= whole.length; length += step) {
        Map<Path, byte[]> cut = new HashMap<>(contents);
        cut.put(tail, Arrays.copyOf(whole, length));
        TreeMap<Long, StoredRecord> found =
            Plant.thorough() || length % 64 < 2 ? survives(cut) : reads(cut);
        long data = found.values().stream().filter(r -> r.kind() == Plant.DATA).count();
        if (data > 0) {
          assertThat(found.firstKey()).isEqualTo(1);
          assertThat(found.get(data).kind()).as("prefix of %d bytes", length).isEqualTo(Plant.DATA);
        }
        assertThat(data).as("grows with the length").isGreaterThanOrEqualTo(longest);
        longest = data;
        if (clean && length > 64) {
          lossIsNamed(found); // the cursor knows where the log ended
        }
      }
      assertThat(longest).isEqualTo(written.size());
    }
  }

  @Test
  void anyFlippedBitOfASegmentCostsAtMostItsCommitAndIsNamed() throws IOException {
    Map<Path, byte[]> contents = fill(3, true, 60);
    Path tail = newest(contents);
    byte[] whole = contents.get(tail);
    Random random = new Random(Plant.seed());
    for (int at = 0; at < whole.length; at++) {
      boolean padding = whole[at] == 0;
      for (int bit = 0; bit < 8; bit++) {
        if (!Plant.thorough() && padding && random.nextInt(32) > 0) {
          continue;
        }
        Map<Path, byte[]> flipped = new HashMap<>(contents);
        byte[] bytes = whole.clone();
        bytes[at] ^= (byte) (1 << bit);
        flipped.put(tail, bytes);
        TreeMap<Long, StoredRecord> found =
            Plant.thorough() || bit == at % 8 ? survives(flipped) : reads(flipped);
        lossIsNamed(found);
        long data = found.values().stream().filter(r -> r.kind() == Plant.DATA).count();
        assertThat(data).as("byte %d bit %d", at, bit).isGreaterThanOrEqualTo(written.size() - 3);
      }
    }
  }

  @Test
  void anyFlippedBitOfACursorFileCostsDuplicatesAtMost() throws IOException {
    Plant plant = new Plant();
    Log log = plant.open();
    Cursor cursor = log.cursor(UPLINK);
    log.commit(Plant.entries(1, 40, 50));
    cursor.acknowledge(1, 10);
    log.syncCursors();
    cursor.acknowledge(12, 20);
    cursor.acknowledge(25, 25);
    log.syncCursors();
    log.close();
    Map<Path, byte[]> contents = plant.files.contents();
    Path file = Plant.DIRECTORY.resolve(UPLINK + ".cursor");
    byte[] whole = contents.get(file);
    Random random = new Random(Plant.seed());
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        if (!Plant.thorough() && whole[at] == 0 && random.nextInt(32) > 0) {
          continue;
        }
        Map<Path, byte[]> flipped = new HashMap<>(contents);
        byte[] bytes = whole.clone();
        bytes[at] ^= (byte) (1 << bit);
        flipped.put(file, bytes);
        Plant damaged = Plant.of(flipped);
        try (Log again = damaged.open()) {
          TreeMap<Long, StoredRecord> left = Plant.drain(again, again.cursor(UPLINK));
          assertThat(Plant.gaps(left)).isEmpty();
          assertThat(left.keySet()).contains(11L, 21L, 22L, 23L, 24L);
          for (long seq = 26; seq <= 40; seq++) {
            assertThat(left).containsKey(seq);
          }
          again.cursor(UPLINK).acknowledge(11, 11);
          assertThat(again.syncCursors()).isTrue();
        }
      }
    }
  }

  @Test
  void zeroedSectorsCostTheirCommitAndAreNamed() throws IOException {
    Map<Path, byte[]> contents = fill(6, true);
    Path tail = newest(contents);
    for (int at = 0; at < contents.get(tail).length; at += 512) {
      Map<Path, byte[]> zeroed = new HashMap<>(contents);
      byte[] bytes = contents.get(tail).clone();
      Arrays.fill(bytes, at, at + 512, (byte) 0);
      zeroed.put(tail, bytes);
      lossIsNamed(survives(zeroed));
    }
  }

  @Test
  void zerosBehindTheTailAreNoDamage() throws IOException {
    Map<Path, byte[]> contents = fill(4, false);
    Path tail = newest(contents);
    contents.put(tail, Arrays.copyOf(contents.get(tail), contents.get(tail).length + 9000));
    TreeMap<Long, StoredRecord> found = survives(contents);
    assertThat(found.keySet()).isEqualTo(written.keySet());
  }

  @Test
  void swappedSegmentNamesAreReadByTheirHeaders() throws IOException {
    Map<Path, byte[]> contents = fill(24, true);
    List<Path> segments =
        contents.keySet().stream().filter(p -> p.toString().endsWith(".seg")).sorted().toList();
    assertThat(segments).hasSizeGreaterThan(2);
    byte[] first = contents.get(segments.get(0));
    contents.put(segments.get(0), contents.get(segments.get(2)));
    contents.put(segments.get(2), first);
    assertThat(survives(contents).keySet()).isEqualTo(written.keySet());
  }

  @Test
  void aLostSegmentInTheMiddleIsNamedOnce() throws IOException {
    Map<Path, byte[]> contents = fill(24, true);
    List<Path> segments =
        contents.keySet().stream().filter(p -> p.toString().endsWith(".seg")).sorted().toList();
    contents.remove(segments.get(1));
    TreeMap<Long, StoredRecord> found = survives(contents);
    lossIsNamed(found);
    assertThat(Plant.gaps(found)).hasSize(1);
  }

  @Test
  void copiesForeignersAndGarbageAreSetAsideWithinABound() throws IOException {
    Map<Path, byte[]> contents = fill(24, true);
    Plant foreign = new Plant();
    foreign.clock.millis += 1000;
    try (Log log =
        Log.open(
            foreign.options,
            foreign.files,
            foreign.clock,
            new Plant.TestAnnouncer(),
            new Random(8))) {
      log.commit(Plant.entries(77, 3, 100));
    }
    byte[] stranger = foreign.files.contents().get(newest(foreign.files.contents()));
    List<Path> segments =
        contents.keySet().stream().filter(p -> p.toString().endsWith(".seg")).sorted().toList();
    Random random = new Random(3);
    contents.put(Plant.DIRECTORY.resolve("copy.seg"), contents.get(segments.get(0)));
    contents.put(Plant.DIRECTORY.resolve("stranger.seg"), stranger);
    contents.put(Plant.DIRECTORY.resolve("not%zzhex.cursor"), new byte[] {1, 2, 3});
    contents.put(Plant.DIRECTORY.resolve("notes.txt"), new byte[] {4});
    contents.put(Plant.DIRECTORY.resolve("x.cursor.tmp"), new byte[] {4});
    for (int i = 0; i < 5; i++) {
      byte[] noise = new byte[40_000];
      random.nextBytes(noise);
      contents.put(Plant.DIRECTORY.resolve("noise" + i + ".seg"), noise);
    }
    Plant plant = Plant.of(contents);
    try (Log log = plant.open()) {
      assertThat(Plant.drain(log, log.cursor(UPLINK)).keySet()).isEqualTo(written.keySet());
      assertThat(log.stats().damagedFiles()).isEqualTo(8);
    }
    Map<Path, byte[]> left = plant.files.contents();
    assertThat(left).containsKey(Plant.DIRECTORY.resolve("notes.txt"));
    assertThat(left).doesNotContainKey(Plant.DIRECTORY.resolve("x.cursor.tmp"));
    long aside =
        left.entrySet().stream()
            .filter(e -> e.getKey().toString().contains(".damaged"))
            .mapToLong(e -> e.getValue().length)
            .sum();
    assertThat(aside).isPositive().isLessThanOrEqualTo(plant.options.maxDamaged());
  }

  @Test
  void aNewerFormatIsRefusedAndNothingIsTouched() throws IOException {
    Map<Path, byte[]> contents = fill(3, true);
    for (String suffix : List.of(".seg", ".cursor")) {
      Map<Path, byte[]> newer = new HashMap<>(contents);
      Path path =
          contents.keySet().stream()
              .filter(p -> p.toString().endsWith(suffix))
              .findAny()
              .orElseThrow();
      ByteBuffer bytes = ByteBuffer.wrap(contents.get(path).clone());
      bytes.putInt(8, 2).putInt(12, new Checksum().plain(bytes, 0, 12));
      newer.put(path, bytes.array());
      newer.put(Plant.DIRECTORY.resolve("left.cursor.tmp"), new byte[] {1});
      Plant plant = Plant.of(newer);
      assertThatThrownBy(plant::open)
          .isInstanceOf(NewerFormatException.class)
          .hasMessageContaining("version 2");
      Map<Path, byte[]> after = plant.files.contents();
      assertThat(after.keySet()).isEqualTo(newer.keySet());
      newer.forEach((name, content) -> assertThat(after.get(name)).isEqualTo(content));
    }
  }

  @Test
  void randomGarbageInAnyFileNeverStopsTheLog() throws IOException {
    Map<Path, byte[]> contents = fill(24, true);
    List<Path> paths = new ArrayList<>(contents.keySet());
    Map<Long, byte[]> all = new HashMap<>(written);
    Random random = new Random(Plant.seed());
    for (int round = 0; round < (Plant.thorough() ? 5_000 : 300); round++) {
      Map<Path, byte[]> damaged = new HashMap<>(contents);
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        Path path = paths.get(random.nextInt(paths.size()));
        byte[] bytes = damaged.get(path).clone();
        int at = random.nextInt(bytes.length);
        byte[] noise = new byte[1 + random.nextInt(6000)];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));
        damaged.put(path, bytes);
      }
      TreeMap<Long, StoredRecord> found = survives(damaged);
      // When all that knew the end is damaged, the last commits look as if they never were.
      long last =
          found.values().stream()
              .filter(r -> r.kind() == Plant.DATA)
              .mapToLong(StoredRecord::seq)
              .max()
              .orElse(0);
      written.tailMap(last, false).clear();
      lossIsNamed(found);
      written.putAll(all);
    }
  }
}

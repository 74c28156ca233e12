package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.Cursor;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.NewerFormatException;
import dev.sluice.gateway.outbox.log.StoredRecord;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories as the first version wrote them are read by every later one. {@link
 * GoldenDirectories} tells what is in them and how they were made. The files are never made anew;
 * when a test here fails, the code is wrong.
 */
class GoldenOutboxTest {

  private static final Keys KEYS = GoldenDirectories.keys();
  private static final Keys ALL_KEYS =
      Keys.of(GoldenDirectories.NEWEST, List.of(GoldenDirectories.FORMER, GoldenDirectories.LOST));

  @TempDir Path temporary;

  /** Changed by whatever stores them, they would prove nothing. */
  @Test
  void theGoldenFilesAreThoseThatWereWrittenThen() throws Exception {
    var found = new ArrayList<String>();
    for (String name : List.of("beside", "encrypted", "plain")) {
      for (Path file : GoldenDirectories.files(GoldenDirectories.golden(name))) {
        String digest = GoldenDirectories.digest(Files.readAllBytes(file));
        found.add(name + "/" + file.getFileName() + " " + digest);
      }
    }
    assertThat(found)
        .containsExactly(
            "beside/anchors c2cca541c089881c",
            "beside/clock bc99b4bf100ad96c",
            "encrypted/0000000001-00000000000000000001.seg.locked f89bbd72447e9215",
            "encrypted/0000000002-00000000000000000003.seg 4cc79432ee0e04a3",
            "encrypted/0000000003-00000000000000000006.seg 080a0c1b5e5e727b",
            "encrypted/0000000004-00000000000000000007.seg f02dc6da3cf49769",
            "encrypted/cloud.cursor 18fc1f54f02da681",
            "plain/0000000002-00000000000000000005.seg 88ae7121a18c54b7",
            "plain/0000000003-00000000000000000008.seg cc5036a476505258",
            "plain/0000000004-00000000000000000010.seg.spare ed074550fc2f2512",
            "plain/0000000005-00000000000000000012.seg 013292263748b622",
            "plain/0000000006-00000000000000000016.seg b71ba88ee3867688",
            "plain/cloud.cursor c637b1d835f2104a",
            "plain/plant%2F2.cursor ad19f5904dcafdc4");
  }

  private static final List<String> CLOUD_HAS_LEFT =
      List.of(
          "6 GAP 0 15 bd2e2fb89a4b374a",
          "8 DATA 12 182 379c4d13ade9adda",
          "12 DATA 12 183 621edc56f3719013",
          "14 DATA 12 183 6ac6df17397c8d5e",
          "15 GAP 0 12 fc061d7eead0d63b",
          "17 DEVICE_STATE 0 34 d3af375188042cc2");

  /** The last acknowledgement, of 16, was in the slot that is torn. */
  private static final List<String> PLANT_HAS_LEFT =
      List.of(
          "9 GAP 0 18 ee05f86d6556c6d7",
          "13 DEVICE_STATE 0 34 d3af375188042cc2",
          "15 GAP 0 12 fc061d7eead0d63b",
          "16 DATA 6 162 1698c82ce124bffc",
          "17 DEVICE_STATE 0 34 d3af375188042cc2");

  @Test
  void aDirectoryInPlainIsReadAndGoesOn() throws Exception {
    Path directory = GoldenDirectories.copyOf("plain", temporary);
    var gaps = new TreeMap<Long, GapRecord>();
    try (Log log = GoldenDirectories.open(directory, Keys.NONE)) {
      assertThat(log.stream().text()).isEqualTo("01HF7YAT00FYWEPC6Q9V7RQ50D");
      assertThat(log.next()).isEqualTo(18);
      assertThat(log.floor()).isEqualTo(5);
      assertThat(log.uplinks()).containsExactlyInAnyOrder("cloud", "plant/2");
      assertThat(log.stats().segments()).isEqualTo(4);
      Cursor cloud = log.cursor("cloud");
      Cursor plant = log.cursor("plant/2");
      assertThat(List.of(cloud.low(), plant.low())).containsExactly(6L, 9L);
      assertThat(log.backlog()).isEqualTo(Map.of("cloud", 6L, "plant/2", 5L));
      assertThat(GoldenDirectories.lines(log, cloud)).isEqualTo(CLOUD_HAS_LEFT);
      assertThat(GoldenDirectories.lines(log, plant)).isEqualTo(PLANT_HAS_LEFT);
      addGaps(log, cloud, gaps);
      addGaps(log, plant, gaps);
      assertThat(log.owes()).as("nothing is lost but what was announced").isFalse();
      assertThat(log.commit(List.of(new Entry(0, 1, new byte[] {18})))).isEqualTo(18);
      assertThat(log.stats().reusedSegments()).as("the spare file").isOne();
      cloud.acknowledge(8, 8);
      plant.acknowledge(16, 16);
    }
    assertThat(gaps)
        .isEqualTo(
            Map.of(
                6L, new GapRecord(3, 4, 24, "age", "cloud"),
                9L, new GapRecord(1, 8, 0, "start", "plant/2"),
                15L, new GapRecord(7, 7, 12, "corrupt")));
    try (Log log = GoldenDirectories.open(directory, Keys.NONE)) {
      assertThat(log.stream().text()).isEqualTo("01HF7YAT00FYWEPC6Q9V7RQ50D");
      assertThat(log.next()).isEqualTo(19);
      assertThat(GoldenDirectories.records(log, log.cursor("cloud")).keySet())
          .containsExactly(6L, 12L, 14L, 15L, 17L, 18L);
      assertThat(GoldenDirectories.records(log, log.cursor("plant/2")).keySet())
          .containsExactly(9L, 13L, 15L, 17L, 18L);
    }
  }

  private static void addGaps(Log log, Cursor cursor, Map<Long, GapRecord> gaps) throws Exception {
    for (StoredRecord record : GoldenDirectories.records(log, cursor).values()) {
      if (record.kind() == RecordKind.GAP.code()) {
        gaps.put(record.seq(), GapRecord.decode(record.payload()));
      }
    }
  }

  private static final List<String> ENCRYPTED_HAS_LEFT =
      List.of(
          "3 GAP 0 8 02effad8a9f16ad6",
          "4 DATA 12 182 a65583d8366592a2",
          "6 DATA 480 4647 1ff3cd424e30e5ed",
          "7 GAP 0 8 02effad8a9f16ad6",
          "8 DATA 12 182 379c4d13ade9adda",
          "10 DATA 12 183 6d00b2fff094fe52");

  @Test
  void anEncryptedDirectoryIsReadAndGoesOn() throws Exception {
    Path directory = GoldenDirectories.copyOf("encrypted", temporary);
    var gaps = new TreeMap<Long, GapRecord>();
    var left = new ArrayList<>(ENCRYPTED_HAS_LEFT);
    left.add("11 GAP 0 8 02effad8a9f16ad6"); // again, for the cursor still wants 1 and 2
    try (Log log = GoldenDirectories.open(directory, KEYS)) {
      assertThat(log.stream().text()).isEqualTo("01HF7YAT00SDC1D60T8EEA0770");
      assertThat(log.next()).isEqualTo(12);
      assertThat(log.stats().lockedRecords()).isEqualTo(2);
      Cursor cloud = log.cursor("cloud");
      assertThat(cloud.low()).isEqualTo(1);
      assertThat(GoldenDirectories.lines(log, cloud)).isEqualTo(left);
      addGaps(log, cloud, gaps);
      assertThat(log.commit(List.of(new Entry(0, 1, new byte[] {12})))).isEqualTo(12);
      cloud.acknowledge(1, 8);
    }
    var lost = new GapRecord(1, 2, 0, "key");
    assertThat(gaps).isEqualTo(Map.of(3L, lost, 7L, lost, 11L, lost));
    try (Log log = GoldenDirectories.open(directory, KEYS)) {
      assertThat(log.next()).isEqualTo(13);
      assertThat(GoldenDirectories.records(log, log.cursor("cloud")).keySet())
          .containsExactly(10L, 11L, 12L);
    }
  }

  @Test
  void whatWasLockedComesBackWithItsKey() throws Exception {
    Path directory = GoldenDirectories.copyOf("encrypted", temporary);
    var left = new ArrayList<String>();
    left.add("1 DATA 12 181 d2ead874218e7bad");
    left.add("2 DATA 12 182 6756dd89e74f725a");
    left.addAll(ENCRYPTED_HAS_LEFT);
    try (Log log = GoldenDirectories.open(directory, ALL_KEYS)) {
      assertThat(log.next()).isEqualTo(11);
      assertThat(GoldenDirectories.lines(log, log.cursor("cloud"))).isEqualTo(left);
    }
  }

  /** Each file in turn: whichever says so, the whole directory belongs to somebody else. */
  @Test
  void ofTheNextVersionNoByteIsTouched() throws Exception {
    for (String name : List.of("plain", "encrypted")) {
      Keys keys = name.equals("plain") ? Keys.NONE : KEYS;
      List<Path> golden = GoldenDirectories.files(GoldenDirectories.golden(name));
      for (int i = 0; i < golden.size(); i++) {
        Path directory = GoldenDirectories.copyOf(name, temporary.resolve(String.valueOf(i)));
        Path file = directory.resolve(golden.get(i).getFileName());
        for (int slot : file.toString().endsWith(".cursor") ? List.of(0, 4096) : List.of(0)) {
          claimVersionTwo(file, slot);
        }
        Map<Path, ByteBuffer> before = contents(directory);
        assertThatThrownBy(() -> GoldenDirectories.open(directory, keys).close())
            .isInstanceOf(NewerFormatException.class)
            .hasMessage(
                file
                    + " has format version 2, this version reads up to 1; use the version that"
                    + " wrote it or another directory");
        assertThat(contents(directory)).isEqualTo(before);
      }
    }
  }

  private static void claimVersionTwo(Path file, int at) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    var sum = new CRC32C();
    sum.update(bytes.putInt(at + 8, 2).array(), at, 12);
    Files.write(file, bytes.putInt(at + 12, (int) sum.getValue()).array());
  }

  /** But for the lock, which says only who looked last. */
  private static Map<Path, ByteBuffer> contents(Path directory) throws Exception {
    var contents = new TreeMap<Path, ByteBuffer>();
    for (Path file : GoldenDirectories.files(directory)) {
      if (!file.endsWith("lock")) {
        contents.put(file, ByteBuffer.wrap(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}

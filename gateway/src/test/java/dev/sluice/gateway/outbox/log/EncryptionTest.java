package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nobody reads an encrypted log without its key, or changes it unseen. */
class EncryptionTest extends EncryptionRig {

  private static final Keys OFF_AFTER_A = Keys.of(null, List.of(A));

  private long filesWithPlaintext() {
    return plant.files.contents().values().stream()
        .filter(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains(text(MARK)))
        .count();
  }

  private SegmentHeader header(Path path) throws IOException {
    return SegmentHeader.decode(
        ByteBuffer.wrap(plant.files.contents().get(path)), path, new Checksum());
  }

  /** One small record each, and a seal. */
  private Map<Path, byte[]> threeCommits() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      for (int i = 0; i < 3; i++) {
        Entry entry = new Entry(Plant.DATA, 3, Plant.payload(payload++, 40));
        written.put(log.commit(List.of(entry)), entry.payload());
      }
    }
    return plant.files.contents();
  }

  @Test
  void noPlaintextIsInAnyFileInAnyOfItsLives() throws IOException {
    for (Keys keys : List.of(ONLY_A, Keys.NONE)) {
      plant.files = new MemoryFiles();
      long found = 0;
      try (Log log = open(keys)) {
        for (int round = 0; round < 30; round++) {
          append(log, 3);
          if (round % 3 == 0) {
            log.cursor(UPLINK).acknowledge(1, log.next() - 5);
            log.syncCursors();
          }
          found += filesWithPlaintext();
        }
        assertThat(log.stats().reusedSegments()).isPositive();
      }
      try (Log log = open(ONLY_B)) { // what it had is set aside
        append(log, 3);
        found += keys.encrypt() ? filesWithPlaintext() : 0;
      }
      plant.files.change(files(".seg").get(0), bytes -> new byte[] {1, 2, 3});
      try (Log log = open(ONLY_B)) {
        append(log, 3);
        assertThat(files(".damaged")).isNotEmpty();
        found += keys.encrypt() ? filesWithPlaintext() : 0;
      }
      assertThat(found > 0).as("%s: files with plaintext", keys).isEqualTo(!keys.encrypt());
    }
  }

  @Test
  void aRotatedKeyIsUsedAtOnceAndTheFormerOneReadsWhatItWrote() throws IOException {
    try (Log log = open(ONLY_A)) {
      log.cursor(UPLINK);
      append(log, 6);
    }
    List<Path> old = files(".seg");
    Map<Path, byte[]> before = plant.files.contents();
    try (Log log = open(B_AFTER_A)) {
      append(log, 6);
      assertThat(data(drain(log))).isEqualTo(written.keySet());
      assertThat(Plant.gaps(drain(log))).isEmpty();
    }
    for (Path path : files(".seg")) {
      boolean former = old.contains(path);
      assertThat(header(path).encryption().keyText())
          .isEqualTo(B_AFTER_A.ids().get(former ? 1 : 0));
      if (former && !path.equals(old.get(old.size() - 1))) {
        assertThat(plant.files.contents().get(path))
            .as("not rewritten")
            .isEqualTo(before.get(path));
      }
    }
  }

  @Test
  void encryptionIsTurnedOnAndOffOnADirectoryInUse() throws IOException {
    try (Log log = open(Keys.NONE)) {
      log.cursor(UPLINK);
      append(log, 8);
    }
    assertThat(filesWithPlaintext()).isPositive();
    try (Log log = open(ONLY_A)) {
      append(log, 8);
      assertThat(data(drain(log))).isEqualTo(written.keySet());
      log.cursor(UPLINK).acknowledge(1, log.next() - 1);
      log.syncCursors();
      append(log, 12);
      log.syncCursors();
      assertThat(filesWithPlaintext()).as("files in plain, spare ones too").isZero();
    }
    try (Log log = open(OFF_AFTER_A)) {
      append(log, 8);
      TreeMap<Long, StoredRecord> found = drain(log);
      assertThat(data(found)).isEqualTo(written.tailMap(data(found).first()).keySet());
      assertThat(data(found)).hasSize(2 * (12 + 8));
      assertThat(Plant.gaps(found)).isEmpty();
    }
    assertThat(filesWithPlaintext()).isPositive();
  }

  @Test
  void aSpareFileInPlainIsNotKeptWhenEncryptionIsTurnedOn() throws IOException {
    try (Log log = open(Keys.NONE)) {
      log.cursor(UPLINK);
      append(log, 8);
      log.cursor(UPLINK).acknowledge(1, log.next() - 1);
      log.syncCursors();
    }
    assertThat(files(".spare")).isNotEmpty();
    try (Log log = open(ONLY_A)) {
      assertThat(files(".spare")).isEmpty();
      append(log, 1);
    }
  }

  @Test
  void anyFlippedBitOfACommitIsSeenAndCostsThatCommitOnly() throws IOException {
    Map<Path, byte[]> whole = threeCommits();
    Path segment = files(".seg").get(0);
    int begin = 2 * 4096;
    int end = begin + CommitHeader.BYTES + CommitCipher.EXTRA + Frame.BYTES + 40;
    for (int at = begin; at < end; at++) {
      for (int bit = 0; bit < 8; bit++) {
        Map<Path, byte[]> flipped = new HashMap<>(whole);
        byte[] bytes = whole.get(segment).clone();
        bytes[at] ^= (byte) (1 << bit);
        flipped.put(segment, bytes);
        plant.files = MemoryFiles.of(flipped);
        try (Log log = open(ONLY_A)) {
          TreeMap<Long, StoredRecord> found = drain(log);
          assertThat(data(found)).as("byte %d bit %d", at, bit).containsExactly(1L, 3L);
          assertThat(Plant.gaps(found))
              .containsExactly(
                  new Plant.Gap(2, 2, at < begin + 40 ? 0 : 3, Loss.Cause.CORRUPT, ""));
        }
      }
    }
  }

  /** A checksum can be mended without the key: it is linear. */
  @Test
  void aForgedByteIsSeenAlsoWhenTheChecksumIsMended() throws IOException {
    Map<Path, byte[]> whole = threeCommits();
    Path segment = files(".seg").get(0);
    int frame = 2 * 4096 + CommitHeader.BYTES + CommitCipher.NONCE;
    byte[] change = new byte[40];
    change[20] = 1;
    Checksum sum = new Checksum();
    int mend = sum.record(0, 0, 0, 0, change) ^ sum.record(0, 0, 0, 0, new byte[40]);
    ByteBuffer forged = ByteBuffer.wrap(whole.get(segment).clone());
    forged.put(frame + Frame.BYTES + 20, (byte) (forged.get(frame + Frame.BYTES + 20) ^ 1));
    forged.putInt(frame, forged.getInt(frame) ^ mend);
    plant.files = MemoryFiles.of(Map.of(segment, forged.array()));
    try (Log log = open(ONLY_A)) {
      assertThat(Plant.drain(log, log.cursor(UPLINK)).keySet()).contains(1L, 3L).doesNotContain(2L);
    }
  }

  @Test
  void aCommitIsTakenOnlyWhereItWasWritten() throws IOException {
    Map<Path, byte[]> whole = threeCommits();
    Path segment = files(".seg").get(0);
    byte[] bytes = whole.get(segment);
    byte[] moved = bytes.clone();
    System.arraycopy(bytes, 4096, moved, 2 * 4096, 4096);
    System.arraycopy(bytes, 2 * 4096, moved, 4096, 4096);
    plant.files = MemoryFiles.of(Map.of(segment, moved));
    try (Log log = open(ONLY_A)) {
      assertThat(data(drain(log))).containsExactly(3L);
    }
    ByteBuffer renumbered = ByteBuffer.wrap(bytes.clone());
    for (int at : new int[] {0, 2048}) {
      renumbered
          .putLong(at + 32, 7)
          .putInt(at + 124, new Checksum().plain(renumbered, at, at + 124));
    }
    plant.files = MemoryFiles.of(Map.of(segment, renumbered.array()));
    try (Log log = open(ONLY_A)) {
      assertThat(data(drain(log))).as("of a segment with a forged number").isEmpty();
    }
  }

  @Test
  void anUnknownMethodIsOfANewerVersionAndNothingIsTouched() throws IOException {
    Map<Path, byte[]> whole = threeCommits();
    Path segment = files(".seg").get(0);
    ByteBuffer bytes = ByteBuffer.wrap(whole.get(segment).clone());
    bytes.putInt(64, 2).putInt(124, new Checksum().plain(bytes, 0, 124));
    Map<Path, byte[]> newer = new HashMap<>(whole);
    newer.put(segment, bytes.array());
    plant.files = MemoryFiles.of(newer);
    assertThatThrownBy(() -> open(ONLY_A))
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining("method 2");
    assertThat(plant.files.contents()).containsExactlyInAnyOrderEntriesOf(newer);
  }

  @Test
  void keysAreTakenByTheirBytesAndToldToNobody() {
    assertThat(Keys.of(A.clone(), List.of())).isEqualTo(ONLY_A).isNotEqualTo(ONLY_B);
    assertThat(OFF_AFTER_A).isNotEqualTo(ONLY_A);
    assertThat(B_AFTER_A.toString()).isEqualTo("keys " + B_AFTER_A.ids());
    assertThatThrownBy(() -> Keys.of(new byte[31], List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a key of 31 bytes, expected 32");
  }
}

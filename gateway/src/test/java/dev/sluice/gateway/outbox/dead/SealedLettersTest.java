package dev.sluice.gateway.outbox.dead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.BlobSeal;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a key, letters show nobody what is in them, and a key that is missing costs none. */
class SealedLettersTest {

  private static final String TEXT = "boiler_pressure 7.5 bar";
  private static final byte[] OLD = key(1);
  private static final byte[] NEW = key(2);
  private static final Keys FIRST = Keys.of(OLD, List.of());
  private static final Keys ROTATED = Keys.of(NEW, List.of(OLD));
  private static final int HEADER = 24;

  @TempDir private Path outbox;

  private static byte[] key(int of) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) of);
    return key;
  }

  private LetterStore store(Keys keys) {
    return new LetterStore(new LetterBox(outbox, keys), FileOps.DISK, 1 << 20);
  }

  private List<LetterBox.Found> list(Keys keys) throws Exception {
    return new LetterBox(outbox, keys).list();
  }

  private static DeadLetter letter(long seq) {
    byte[] payload = TEXT.getBytes(StandardCharsets.US_ASCII);
    return new DeadLetter("cloudlet", "S1", seq, 0, 7, 1_700_000_000_000L, "was odd", payload);
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> all = Files.walk(outbox)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private long filesWith(String text) throws Exception {
    long count = 0;
    for (Path file : files()) {
      if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
        count++;
      }
    }
    return count;
  }

  @Test
  void nothingOfALetterIsOnDiskInPlain() throws Exception {
    LetterStore store = store(FIRST);
    store.keep(letter(1));
    store.keep(letter(2));
    for (String text : List.of("pressure", "cloudlet", "was odd")) {
      assertThat(filesWith(text)).as(text).isZero();
    }
    assertThat(list(FIRST))
        .extracting(LetterBox.Found::letter)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(letter(1), letter(2));
    store(Keys.of(null, List.of(OLD))).keep(letter(3));
    assertThat(filesWith("pressure")).as("the search finds what is there").isEqualTo(1);
  }

  @Test
  void theSameLetterIsNeverSealedTheSameWay() throws Exception {
    store(FIRST).keep(letter(1));
    byte[] once = Files.readAllBytes(files().get(0));
    Files.delete(files().get(0));
    store(FIRST).keep(letter(1));
    byte[] again = Files.readAllBytes(files().get(0));
    assertThat(again).hasSameSizeAs(once);
    int from = HEADER + 8; // the key id is the same
    int same = 0;
    for (int at = from; at < once.length; at++) {
      same += once[at] == again[at] ? 1 : 0;
    }
    assertThat(same).as("equal bytes of " + (once.length - from)).isLessThan(once.length / 8);
  }

  @Test
  void theFileNamesItsKeyAndIsBoundToItsHeader() throws Exception {
    store(FIRST).keep(letter(1));
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(files().get(0)));
    assertThat(file.getInt(8)).as("version").isEqualTo(1);
    assertThat(file.getInt(12)).as("seal").isEqualTo(1);
    assertThat(file.getInt(16)).as("length").isEqualTo(file.capacity() - HEADER);
    assertThat(String.format("%016x", file.getLong(HEADER))).isEqualTo(FIRST.ids().get(0));
    byte[] header = Arrays.copyOf(file.array(), HEADER - 4);
    byte[] blob = Arrays.copyOfRange(file.array(), HEADER, file.capacity());
    var seal = new BlobSeal(FIRST, new SecureRandom());
    assertThat(seal.open(blob, header)).isNotEmpty();
    assertThatThrownBy(() -> seal.open(blob, new byte[0])).isInstanceOf(IOException.class);
  }

  @Test
  void formerKeysReadOldLettersAndPlainOnesStayReadable() throws Exception {
    store(Keys.NONE).keep(letter(1));
    store(FIRST).keep(letter(2));
    store(ROTATED).keep(letter(3));
    assertThat(list(ROTATED)).extracting(f -> f.letter().seq()).containsExactly(1L, 2L, 3L);
    assertThat(list(FIRST))
        .extracting(LetterBox.Found::missingKey)
        .containsExactly("", "", ROTATED.ids().get(0));
    assertThat(list(Keys.of(null, List.of(OLD, NEW))))
        .extracting(f -> f.letter().seq())
        .as("encryption turned off")
        .containsExactly(1L, 2L, 3L);
    LetterStore off = store(Keys.of(null, List.of(OLD, NEW)));
    off.keep(letter(2));
    assertThat(files()).as("known, although sealed").hasSize(3);
  }

  @Test
  void withoutItsKeyALetterWaitsAndIsNotDamaged() throws Exception {
    store(FIRST).keep(letter(1));
    new LetterBox(outbox, FIRST).ask(number -> true);
    for (Keys wrong : List.of(Keys.NONE, Keys.of(NEW, List.of()))) {
      LetterBox.Found found = list(wrong).get(0);
      assertThat(found.letter()).isNull();
      assertThat(found.damage()).isEmpty();
      assertThat(found.missingKey()).isEqualTo(FIRST.ids().get(0));
      LetterStore store = store(wrong);
      assertThat(store.asked("cloudlet")).as("is not sent").isNull();
      assertThat(store.stats().locked()).isEqualTo(1);
      assertThat(store.stats().damaged()).isZero();
      assertThat(store.stats().letters()).isEqualTo(1);
    }
    LetterStore other = store(Keys.of(NEW, List.of()));
    other.keep(letter(2));
    assertThat(list(ROTATED)).extracting(LetterBox.Found::number).containsExactly(1L, 2L);

    LetterStore back = store(ROTATED);
    assertThat(back.asked("cloudlet").letter()).usingRecursiveComparison().isEqualTo(letter(1));
    assertThat(back.stats().locked()).isZero();
    back.delivered(1);
    assertThat(files()).hasSize(1);
  }

  /** Also where somebody puts the checksum right, which whoever writes the file can. */
  @Test
  void aFlippedBitIsSeenWhereverItIs() throws Exception {
    store(FIRST).keep(letter(1));
    Path file = files().get(0);
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << (at % 8));
      Files.write(file, bad);
      assertDamaged("byte " + at);
      if (at >= HEADER - 4 && at < HEADER) {
        continue; // the checksum itself
      }
      var crc = new CRC32C();
      crc.update(bad, 0, HEADER - 4);
      crc.update(bad, HEADER, bad.length - HEADER);
      ByteBuffer.wrap(bad).putInt(HEADER - 4, (int) crc.getValue());
      Files.write(file, bad);
      boolean keyId = at >= HEADER && at < HEADER + 8;
      assertThat(list(FIRST).get(0).letter()).as("byte " + at).isNull();
      if (keyId) {
        assertThat(list(FIRST).get(0).missingKey()).isNotEmpty();
      } else {
        assertDamaged("byte " + at + " under a right checksum");
      }
    }
    Files.write(file, good);
    assertThat(list(FIRST).get(0).letter()).as("control").isNotNull();
  }

  private void assertDamaged(String what) throws Exception {
    LetterBox.Found found = list(FIRST).get(0);
    assertThat(found.letter()).as(what).isNull();
    assertThat(found.damage()).as(what).isNotEmpty();
    assertThat(found.missingKey()).as(what).isEmpty();
  }
}

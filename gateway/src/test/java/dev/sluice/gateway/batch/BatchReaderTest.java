package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.github.luben.zstd.Zstd;
import dev.sluice.driver.Quality;
import dev.sluice.gateway.acquire.Acquisition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchReaderTest {

  /** Damage anywhere is answered with the one exception, or changes values, and nothing else. */
  @Test
  void mutatedRecordsAreReadOrRefusedButNeverAnythingElse() {
    long seed = Seed.of(BatchReaderTest.class);
    var random = new Random(seed);
    List<byte[]> records = records(random);
    int refused = 0;
    int rounds = Seed.rounds(60_000, 5_000_000);
    for (int round = 0; round < rounds; round++) {
      byte[] record = records.get(random.nextInt(records.size())).clone();
      record = mutate(record, records, random);
      refused += survives(record, seed, round) ? 0 : 1;
    }
    assertThat(refused).isBetween(rounds / 10, rounds);
  }

  @Test
  void mutatedPayloadsTooAndBytesOfAnyOrigin() {
    long seed = Seed.of(BatchReaderTest.class);
    var random = new Random(seed);
    List<byte[]> records = records(random);
    int rounds = Seed.rounds(10_000, 500_000);
    for (int round = 0; round < rounds; round++) {
      byte[] payload = Zstd.compress(records.get(random.nextInt(records.size())), 1);
      payload = mutate(payload, records, random);
      try {
        BatchReader.read(payload, new Silent());
        DeviceStateRecord.decode(payload);
      } catch (RecordFormatException e) {
        assertThat(e).hasMessageStartingWith("found ");
      } catch (RuntimeException e) {
        fail("seed " + seed + " round " + round, e);
      }
    }
  }

  @Test
  void everyTruncationIsRefused() {
    for (byte[] record : records(new Random(1))) {
      for (int length = 0; length < record.length; length++) {
        byte[] cut = Arrays.copyOf(record, length);
        assertThatThrownBy(() -> BatchReader.readUnpacked(cut, new Silent()))
            .isInstanceOf(RecordFormatException.class);
      }
    }
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() {
    byte[] bomb = Zstd.compress(new byte[BatchReader.MAX_UNPACKED + 1], 1);
    assertThat(bomb.length).isLessThan(10_000);
    assertThatThrownBy(() -> BatchReader.read(bomb, new Silent()))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("content size of 16777217");
    assertThatThrownBy(() -> BatchReader.read(new byte[0], new Silent()))
        .isInstanceOf(RecordFormatException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          80                                          | found array, expected map, at byte 0
          a0                                          | found record without key 0, expected key 0, at byte 1
          a2 00 01 00 01                              | found record with key 0, expected more than 0, at byte 3
          bf                                          | found head 0xbf, expected an item of definite length, at byte 0
          a4 00 01 01 00 04 80 05 81 a2 00 60 01 80   | found empty device id, expected a name, at byte 11
          a4 00 01 01 00 04 9a ffffffff               | found array of length 4294967295, expected at most 0, at byte 6
          a4 00 01 01 00 04 81 a2 00 61 61 01 0b      | found value type 11, expected 0 to 10, at byte 12
          a4 00 01 01 00 04 81 a3 00 61 61 01 05 03 01 | found scale 1, expected 0 to 0, at byte 14
          a4 00 01 01 00 04 81 a2 00 61 ff 01 05      | found bytes that are not UTF-8, expected text, at byte 9
          a4 00 01 01 00 04 80 05 80 00               | found more bytes, expected end of record, at byte 9
          """)
  void whatIsWrongIsToldWithItsPlace(String hex, String message) {
    byte[] record = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> BatchReader.readUnpacked(record, new Silent()))
        .isInstanceOf(RecordFormatException.class)
        .hasMessage(message);
  }

  /** One device with one column {@code a} of a type, and this row. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          05 | 82 00 00          | row of 2
          05 | 83 00 01 81 00    | 1 values from column 1, expected 1 columns
          05 | 83 00 00 80       | 0 values from column 0
          05 | 83 00 00 82 00 00 | 2 values from column 0
          05 | 83 00 00 81 f5    | simple or float, expected integer
          05 | 83 00 00 81 1b ffffffffffffffff | integer beyond 64 bits
          00 | 83 00 00 81 01    | unsigned integer, expected bool
          01 | 83 00 00 81 19 8000 | 32768, expected int16
          02 | 83 00 00 81 20    | -1, expected uint16
          06 | 83 00 00 81 20    | negative integer, expected unsigned integer
          07 | 83 00 00 81 01    | unsigned integer, expected float
          08 | 83 00 00 81 f9 3c00 | simple or float, expected float of 32 or 64 bits
          0a | 83 00 00 81 01    | unsigned integer, expected text
          05 | 83 00 00 81 80    | value of 0 parts
          05 | 83 00 00 81 81 00 | int64 marked good
          0a | 83 00 00 81 82 01 60 | string marked timeout
          05 | 83 00 00 81 81 18 80 | quality 128, expected 0 to 127
          """)
  void rowsAreHeldAgainstTheirColumns(String type, String row, String message) {
    String hex = "a4000101000481a200616101" + type + "0581a20061640181" + row;
    byte[] record = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> BatchReader.readUnpacked(record, new Silent()))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void deepNestingUnderAnUnknownKeyIsRefused() {
    String hex = "a5000101000480058006" + "81".repeat(100_000) + "00";
    assertThatThrownBy(() -> BatchReader.readUnpacked(HexFormat.of().parseHex(hex), new Silent()))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("nesting");
  }

  private static boolean survives(byte[] record, long seed, int round) {
    try {
      BatchReader.readUnpacked(record, new Silent());
      return true;
    } catch (RecordFormatException e) {
      assertThat(e.offset()).isBetween(0, record.length);
      return false;
    } catch (RuntimeException e) {
      return fail("seed " + seed + " round " + round, e);
    }
  }

  private static byte[] mutate(byte[] bytes, List<byte[]> others, Random random) {
    byte[] changed = bytes;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(5)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) random.nextInt();
        case 2 -> changed = Arrays.copyOf(changed, Math.max(1, at));
        case 3 -> Arrays.fill(changed, at, Math.min(changed.length, at + 4), (byte) 0xff);
        default -> {
          byte[] other = others.get(random.nextInt(others.size()));
          int length = Math.min(random.nextInt(32), Math.min(other.length, changed.length - at));
          System.arraycopy(other, random.nextInt(other.length - length + 1), changed, at, length);
        }
      }
    }
    return changed;
  }

  private static List<byte[]> records(Random random) {
    var records = new ArrayList<byte[]>();
    var shelf = new Shelf();
    var plant = new RandomPlant(random, 3);
    var ignored = new ArrayList<List<String>>();
    for (int i = 0; i < 3; i++) {
      ignored.add(new ArrayList<>());
    }
    try (var batcher =
        new Batcher(1 << 20, "boot", shelf, new IngestCounters(), new CurrentValues(), () -> {})) {
      for (int i = 0; i < 8; i++) {
        for (int block = 0; block < 3; block++) {
          batcher.take(plant.next(new Acquisition(Plant.T + block, i % 2 == 0, block), ignored));
        }
        batcher.flush();
      }
    }
    for (byte[] payload : shelf.payloads()) {
      try {
        records.add(BatchReader.unpack(payload));
      } catch (RecordFormatException e) {
        throw new AssertionError(e);
      }
    }
    return records;
  }

  /** Looks up what a connector would look up. */
  private static final class Silent implements BatchVisitor {

    private List<Column> columns = List.of();

    @Override
    public void begin(boolean clockTrusted, String bootId) {}

    @Override
    public void device(String id, List<Column> used) {
      columns = used;
    }

    @Override
    public void row(long timeMillis) {}

    @Override
    public void number(int column, long bits) {
      assertThat(columns.get(column).name()).isNotEmpty();
    }

    @Override
    public void text(int column, String value) {
      assertThat(columns.get(column).name()).isNotEmpty();
    }

    @Override
    public void bad(int column, Quality quality) {
      assertThat(columns.get(column).name()).isNotEmpty();
    }

    @Override
    public void suspect(int column, long bits, Quality quality) {
      assertThat(columns.get(column).name()).isNotEmpty();
    }

    @Override
    public void end() {}
  }
}

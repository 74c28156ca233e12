package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of the format, as the package documentation tells them. */
class FormatTest {

  private static final Path FILE = Path.of("0000000012-00000000000000081423.seg");
  private static final StreamId STREAM = new StreamId(0x018BCFE568000001L, 2);
  private static final SegmentHeader HEADER =
      new SegmentHeader(STREAM, 12, 81423, 1_700_000_000_000L, 0xCAFEBABE, 7);

  private final Checksum sum = new Checksum();

  private static String hex(ByteBuffer bytes, int from, int length) {
    byte[] copy = new byte[length];
    bytes.get(from, copy);
    return HexFormat.of().formatHex(copy);
  }

  @Test
  void segmentHeaderIsThereTwice() throws Exception {
    ByteBuffer page = ByteBuffer.allocate(4096);
    HEADER.encode(page, sum);
    page.flip();
    assertThat(hex(page, 0, 128)).isEqualTo(GOLDEN_HEADER);
    assertThat(hex(page, 2048, 128)).isEqualTo(GOLDEN_HEADER);
    assertThat(SegmentHeader.decode(page, FILE, sum)).isEqualTo(HEADER);
    assertThat(HEADER.fileName()).isEqualTo(FILE.toString());
  }

  @Test
  void commitHoldsItsRecordsAndFillsItsPage() {
    List<Entry> entries =
        List.of(new Entry(0, 5, new byte[] {1, 2, 3}), new Entry(2, 0, new byte[0]));
    ByteBuffer commit =
        new CommitBuffer(Keys.NONE, new Random(1))
            .encode(entries, 7, 1_700_000_000_000L, 2, new CommitBuffer.Place(HEADER, null, 4096));
    assertThat(commit.remaining()).isEqualTo(4096);
    assertThat(hex(commit, 0, 40)).isEqualTo(GOLDEN_COMMIT);
    assertThat(hex(commit, 40, 19)).isEqualTo(GOLDEN_RECORD);
    assertThat(hex(commit, 59, 16)).isEqualTo(GOLDEN_EMPTY_RECORD);
    assertThat(CommitHeader.decode(commit, 0, 0xCAFEBABE, sum))
        .isEqualTo(CommitHeader.of(7, 1_700_000_000_000L, 2, 35, 5, true));
    assertThat(CommitHeader.decode(commit, 0, 0xCAFEBABF, sum)).as("another epoch").isNull();
  }

  @Test
  void everyBitOfAFrameIsUnderItsChecksum() {
    byte[] payload = {1, 2, 3};
    ByteBuffer record = ByteBuffer.allocate(Frame.BYTES + payload.length);
    Frame.encode(record, new Entry(2, 5, payload), 0xCAFEBABE, 7, sum);
    assertThat(Frame.decode(record, 0).matches(0xCAFEBABE, 7, payload, sum)).isTrue();
    for (int bit = 0; bit < 8 * Frame.BYTES; bit++) {
      boolean length = bit >= 32 && bit < 64; // told by the payload that is found there
      byte mask = (byte) (1 << bit % 8);
      record.put(bit / 8, (byte) (record.get(bit / 8) ^ mask));
      assertThat(Frame.decode(record, 0).matches(0xCAFEBABE, 7, payload, sum))
          .as("bit %d", bit)
          .isEqualTo(length);
      record.put(bit / 8, (byte) (record.get(bit / 8) ^ mask));
    }
  }

  /** The bytes were deciphered once by another implementation, from the documentation alone. */
  @Test
  void anEncryptedCommitIsWhatTheDocumentationSays() throws Exception {
    byte[] key = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f".repeat(2));
    Keys keys = Keys.of(key, List.of());
    Encryption encryption =
        new Encryption(Long.parseUnsignedLong(keys.ids().get(0), 16), 1, 2, 3, 4);
    SegmentHeader header =
        new SegmentHeader(STREAM, 12, 81423, 1_700_000_000_000L, 0xCAFEBABE, 7, encryption);
    ByteBuffer page = ByteBuffer.allocate(4096);
    header.encode(page, sum);
    assertThat(hex(page.flip(), 64, 64)).isEqualTo(GOLDEN_ENCRYPTION);
    assertThat(SegmentHeader.decode(page, FILE, sum)).isEqualTo(header);
    List<Entry> entries =
        List.of(new Entry(0, 5, new byte[] {1, 2, 3}), new Entry(2, 0, new byte[0]));
    ByteBuffer commit =
        new CommitBuffer(keys, new Random(1))
            .encode(
                entries,
                7,
                1_700_000_000_000L,
                2,
                new CommitBuffer.Place(header, keys.cipher(header), 8192));
    assertThat(commit.remaining()).isEqualTo(4096);
    assertThat(hex(commit, 0, 40)).isEqualTo(GOLDEN_COMMIT);
    assertThat(hex(commit, 40, 12 + 35 + 16)).isEqualTo(GOLDEN_SEALED);
    assertThat(hex(commit, 103, 4096 - 103)).isEqualTo("00".repeat(4096 - 103));
  }

  @Test
  void cursorSlotHoldsRangesAndName() throws Exception {
    CursorState state = new CursorState("cloud", STREAM, 3, 40, 1, 30, new long[] {5, 9, 12, 12});
    ByteBuffer slot = ByteBuffer.allocate(4096);
    state.encode(slot, sum);
    assertThat(hex(slot, 0, 113)).isEqualTo(GOLDEN_CURSOR);
    CursorState read = CursorState.decode(slot, FILE, sum);
    assertThat(read).usingRecursiveComparison().isEqualTo(state);
  }

  @Test
  void streamIdIsAUlid() {
    assertThat(STREAM.text()).hasSize(26).isEqualTo("01HF7YAT00000G000000000002");
    assertThat(new StreamId(-1, -1).text()).isEqualTo("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  }

  @Test
  void uplinkNamesBecomeFileNamesAndComeBack() {
    for (String uplink : List.of("cloud", "a b/c", "..", ".x", "ä%", "A-1_b.c", "a/../../b")) {
      String name = CursorFile.fileName(uplink);
      assertThat(name).matches("[A-Za-z0-9%_-][A-Za-z0-9%._-]*\\.cursor");
      assertThat(CursorFile.uplink(name)).isEqualTo(uplink);
    }
    byte[] alien = "%zz.cursor".getBytes(StandardCharsets.UTF_8);
    assertThat(CursorFile.uplink(new String(alien, StandardCharsets.UTF_8))).isNull();
    assertThat(Arrays.asList(CursorFile.uplink(".cursor"), CursorFile.uplink("a%2.cursor")))
        .containsOnlyNulls();
  }

  private static final String GOLDEN_HEADER =
      "534c554943454f420000000162befe47018bcfe5680000010000000000000002"
          + "000000000000000c0000000000013e0f0000018bcfe56800cafebabe00000007"
          + "00".repeat(60)
          + "832a5ffd";
  private static final String GOLDEN_COMMIT =
      "534c434d51703e2400000000000000070000018bcfe568000000000200000023" + "0000000500000002";
  private static final String GOLDEN_RECORD = "04ea245b000000030000000500000000010203";
  private static final String GOLDEN_EMPTY_RECORD = "4fb9fb5b000000000000000002000000";
  private static final String GOLDEN_ENCRYPTION =
      "0000000100000000417b5d1f4ea1e32e00000000000000010000000000000002"
          + "000000000000000300000000000000040000000000000000000000007ab461e5";
  private static final String GOLDEN_SEALED =
      "7b2ea980f4264a35e05d35030c024d5b4493d902f4c2884eae134cf273463510"
          + "82feebb0dacc0e211f545f1bb02103ca97f702155deaec2695cf589df7edda";
  private static final String GOLDEN_CURSOR =
      "534c554943454355000000019719beb8018bcfe5680000010000000000000002"
          + "000000000000000300000000000000280000000000000001000000000000001e"
          + "0000000200000000000000050000000000000009000000000000000c00000000"
          + "0000000c00000005636c6f7564926f17a6";
}

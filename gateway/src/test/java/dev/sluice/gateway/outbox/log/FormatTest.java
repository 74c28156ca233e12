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
  private static final String GOLDEN_CURSOR =
      "534c554943454355000000019719beb8018bcfe5680000010000000000000002"
          + "000000000000000300000000000000280000000000000001000000000000001e"
          + "0000000200000000000000050000000000000009000000000000000c00000000"
          + "0000000c00000005636c6f7564926f17a6";
}

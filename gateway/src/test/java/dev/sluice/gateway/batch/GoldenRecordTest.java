package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of the format. They were written once; records of that day must be read for ever. */
class GoldenRecordTest {

  private static final PointRules TENTHS =
      new PointRules(
          new BigDecimal("0.1"),
          BigDecimal.ZERO,
          null,
          Duration.ZERO,
          Duration.ZERO,
          null,
          new BigDecimal("250"));

  private static final DeviceDefinition METER =
      new DeviceDefinition(
          "meter-1",
          List.of(
              new PointDefinition("voltage", "V", ValueType.INT16, TENTHS),
              new PointDefinition("running", "", ValueType.BOOL, PointRules.NONE),
              new PointDefinition("energy", "kWh", ValueType.UINT64, PointRules.NONE),
              new PointDefinition("power", "W", ValueType.FLOAT32, PointRules.NONE),
              new PointDefinition("ratio", "", ValueType.FLOAT64, PointRules.NONE),
              new PointDefinition("weight", "kg", ValueType.DECIMAL, PointRules.NONE),
              new PointDefinition("model", "", ValueType.STRING, PointRules.NONE)));

  private static final DeviceDefinition TWIN =
      new DeviceDefinition("meter-2", List.of(METER.points().get(0), METER.points().get(1)));

  private static final String RECORD =
      """
      a4                                        record, 4 entries
        00 01                                   version 1
        01 1b 0000018bcfe56800                  time 1700000000000
        04 88                                   8 columns
          a4 00 67 766f6c74616765 01 09 02 61 56 03 01      voltage, DECIMAL, V, scale 1
          a2 00 67 72756e6e696e67 01 00                     running, BOOL
          a3 00 66 656e65726779 01 06 02 63 6b5768          energy, UINT64, kWh
          a3 00 65 706f776572 01 07 02 61 57                power, FLOAT32, W
          a2 00 65 726174696f 01 08                         ratio, FLOAT64
          a4 00 66 776569676874 01 09 02 62 6b67 03 02      weight, DECIMAL, kg, scale 2
          a2 00 65 6d6f64656c 01 0a                         model, STRING
          a3 00 66 776569676874 01 09 02 62 6b67            weight, DECIMAL, kg, scale 0
        05 82                                   2 devices
          a2 00 67 6d657465722d31               meter-1
             01 82                              2 rows
             83 00 00 87                        +0 ms, from column 0, 7 values
                19 08fd                         230.1
                f5                              true
                1b ffffffffffffffff             18446744073709551615
                fa 40200000                     2.5
                fb 3fb999999999999a             0.1
                39 0515                         -13.02
                62 c3b6                         ö
             87 19 03e8 00 85                   +1000 ms, from column 0, 5 values
                82 05 19 0b54                   out of range: 290.0
                81 01                           timeout
                81 02                           disconnected
                81 04                           bad value
                fa 3f000000                     0.5
                07 81 18 2a                     from column 7, 1 value: 42
                06 81 81 0f                     from column 6, 1 value: unknown error
          a2 00 67 6d657465722d32               meter-2
             01 81                              1 row
             83 38 63 00 82                     -100 ms, from column 0, 2 values
                21 f4                           -0.2, false
      """;

  private static final String UNTRUSTED =
      """
      a6                                        record, 6 entries
        00 01                                   version 1
        01 18 64                                time 100
        02 66 626f6f742d31                      boot-1
        03 19 c3b4                              monotonic 50100
        04 82
          a4 00 67 766f6c74616765 01 09 02 61 56 03 01
          a2 00 67 72756e6e696e67 01 00
        05 81
          a2 00 67 6d657465722d32
             01 82
             84 00 00 00 82 01 f5               +0 ms, monotonic +0 ms
             84 19 03e7 19 03e7 00 82 02 f4     +999 ms, monotonic +999 ms
      """;

  @Test
  void aRecordHasTheseBytes() {
    assertThat(encoded(meter(0), second(), twin(Plant.at(-100), -2, 0))).isEqualTo(hex(RECORD));
  }

  @Test
  void aRecordOfUntrustedTimeHasTheseBytes() {
    assertThat(encoded(twin(Plant.untrusted(100), 1, 1), twin(Plant.untrusted(1099), 2, 0)))
        .isEqualTo(hex(UNTRUSTED));
  }

  @Test
  void theseBytesAreRead() {
    assertThat(read(RECORD))
        .containsExactly(
            "meter-1@1700000000000 voltage[V] decimal 230.1",
            "meter-1@1700000000000 running[] bool 1",
            "meter-1@1700000000000 energy[kWh] uint64 -1",
            "meter-1@1700000000000 power[W] float32 4004000000000000",
            "meter-1@1700000000000 ratio[] float64 3fb999999999999a",
            "meter-1@1700000000000 weight[kg] decimal -13.02",
            "meter-1@1700000000000 model[] string ö",
            "meter-1@1700000001000 voltage[V] decimal 290.0 out_of_range",
            "meter-1@1700000001000 running[] bool timeout",
            "meter-1@1700000001000 energy[kWh] uint64 disconnected",
            "meter-1@1700000001000 power[W] float32 bad_value",
            "meter-1@1700000001000 ratio[] float64 3fe0000000000000",
            "meter-1@1700000001000 weight[kg] decimal 42",
            "meter-1@1700000001000 model[] string unknown_error",
            "meter-2@1699999999900 voltage[V] decimal -0.2",
            "meter-2@1699999999900 running[] bool 0");
    assertThat(read(UNTRUSTED).get(2)).isEqualTo("meter-2@1099~51099 voltage[V] decimal 0.2");
  }

  @Test
  void unknownKeysAreIgnored() {
    // A key behind the known ones of record, column and device; any content.
    String extended =
        "a5 00 01 01 00 04 81 a3 00 61 61 01 05 07 82 00 f6"
            + " 05 81 a3 00 61 64 01 81 83 00 00 81 07 18 63 a1 61 78 c1 fb 0000000000000000"
            + " 19 0100 43 010203";
    assertThat(read(extended)).containsExactly("d@0 a[] int64 7");
  }

  @Test
  void anotherVersionIsRefused() {
    String next = RECORD.replaceFirst("00 01", "00 02");
    assertThatThrownBy(() -> BatchReader.readUnpacked(bytes(next), new Readings()))
        .isInstanceOf(RecordFormatException.class)
        .hasMessage("found record of version 2, expected version 1, at byte 2");
  }

  @Test
  void thePayloadIsOneZstdFrameThatSaysItsSize() {
    byte[] payload = Zstd.compress(bytes(RECORD), 1);
    assertThat(Readings.of(payload)).hasSize(16);
    assertThatThrownBy(() -> BatchReader.read(bytes(RECORD), new Readings()))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("zstd frame");
  }

  @Test
  void aDeviceStateHasTheseBytes() throws RecordFormatException {
    var down = new DeviceStateRecord("meter-1", Plant.T, true, false, "timeout");
    String golden =
        "a6 00 01 01 67 6d657465722d31 02 1b 0000018bcfe56800 03 f5 04 f4 05 67 74696d656f7574";
    assertThat(down.encode()).isEqualTo(bytes(golden));
    assertThat(DeviceStateRecord.decode(bytes(golden))).isEqualTo(down);
    String extended = golden.replaceFirst("a6", "a7") + " 08 f6";
    assertThat(DeviceStateRecord.decode(bytes(extended))).isEqualTo(down);
    var early = new DeviceStateRecord("m", 5, false, true, "", "b1", 17);
    String untrusted = "a8 00 01 01 61 6d 02 05 03 f4 04 f5 05 60 06 62 6231 07 11";
    assertThat(early.encode()).isEqualTo(bytes(untrusted));
    assertThat(DeviceStateRecord.decode(bytes(untrusted))).isEqualTo(early);
    assertThatThrownBy(() -> DeviceStateRecord.decode(bytes(golden.replaceFirst("00 01", "00 09"))))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("device state of version 9");
  }

  private static ReadingBlock meter(long millis) {
    return Plant.block(
        METER,
        Plant.at(millis),
        to ->
            to.integer(0, 2301)
                .integer(1, 1)
                .integer(2, -1)
                .number(3, 2.5)
                .number(4, 0.1)
                .decimal(5, -1302, 2)
                .text(6, "ö"));
  }

  private static ReadingBlock second() {
    var values = new Values.Builder(7);
    values.integer(0, 2900).bad(1, Quality.TIMEOUT).bad(2, Quality.DISCONNECTED);
    values.number(3, Double.NaN).number(4, 0.5).decimal(5, 42, 0).bad(6, Quality.UNKNOWN_ERROR);
    return new ReadingBlock(METER, new int[] {0, 1, 2, 3, 4, 5, 6}, values.build(), Plant.at(1000));
  }

  private static ReadingBlock twin(Acquisition acquired, long voltage, long running) {
    return Plant.block(TWIN, acquired, to -> to.integer(0, voltage).integer(1, running));
  }

  private static String encoded(Acquired... all) {
    var shelf = new Shelf();
    try (var batcher =
        new Batcher(
            64 << 10, "boot-1", shelf, new IngestCounters(), new CurrentValues(), () -> {})) {
      List.of(all).forEach(batcher::take);
      batcher.flush();
    }
    try {
      return HexFormat.of().formatHex(BatchReader.unpack(shelf.payloads().get(0)));
    } catch (RecordFormatException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> read(String commented) {
    var readings = new Readings();
    try {
      BatchReader.readUnpacked(bytes(commented), readings);
    } catch (RecordFormatException e) {
      throw new AssertionError(e);
    }
    assertThat(readings.ends).isOne();
    return readings.lines;
  }

  private static byte[] bytes(String commented) {
    return HexFormat.of().parseHex(hex(commented));
  }

  /** Comments start at two spaces or more behind the bytes. */
  private static String hex(String commented) {
    var digits = new StringBuilder();
    for (String line : commented.strip().split("\n")) {
      digits.append(line.strip().split(" {2,}")[0].replace(" ", ""));
    }
    return digits.toString();
  }
}

package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.GoldenDirectories;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.StoredRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the first version kept means the same for ever: values, times, and times corrected later.
 */
class GoldenOutboxReadingsTest {

  @TempDir Path temporary;

  private Map<Long, StoredRecord> records(String uplink) throws Exception {
    Path directory = GoldenDirectories.copyOf("plain", temporary.resolve(uplink));
    try (Log log = GoldenDirectories.open(directory, Keys.NONE)) {
      return GoldenDirectories.records(log, log.cursor(uplink));
    }
  }

  /** The record numbered so when it was made. */
  private static String[] data(int n) {
    String at = "meter-1@" + (1_700_000_000_000L + 1_000 * n);
    String later = "meter-1@" + (1_700_000_000_500L + 1_000 * n);
    return new String[] {
      at + " voltage[V] decimal " + (230 + n / 10) + "." + n % 10,
      at + " running[] bool " + n % 2,
      at + " energy[kWh] uint64 -" + n,
      at + " power[W] float32 " + Long.toHexString(Double.doubleToRawLongBits(n + 0.5)),
      at + " weight[kg] decimal -13.02",
      at + " model[] string ö" + n,
      later + " voltage[V] decimal 290.0 out_of_range",
      later + " running[] bool timeout",
      later + " energy[kWh] uint64 disconnected",
      later + " power[W] float32 bad_value",
      later + " weight[kg] decimal 42",
      later + " model[] string unknown_error"
    };
  }

  @Test
  void readingsAreThoseThatWereTaken() throws Exception {
    Map<Long, StoredRecord> cloud = records("cloud");
    assertThat(Readings.of(cloud.get(8L).payload())).containsExactly(data(8));
    assertThat(Readings.of(cloud.get(12L).payload())).containsExactly(data(12));
    assertThat(Readings.of(cloud.get(14L).payload())).containsExactly(data(14));
    assertThat(Readings.of(records("plant/2").get(16L).payload()))
        .containsExactly(
            "meter-1@16000~66000 voltage[V] decimal 231.6",
            "meter-1@16000~66000 running[] bool 0",
            "meter-1@16000~66000 energy[kWh] uint64 -16",
            "meter-1@16000~66000 power[W] float32 4030800000000000",
            "meter-1@16000~66000 weight[kg] decimal -13.02",
            "meter-1@16000~66000 model[] string ö16");
  }

  @Test
  void aRecordOfSeveralPagesInAnEncryptedLogIsWhole() throws Exception {
    Path directory = GoldenDirectories.copyOf("encrypted", temporary);
    StoredRecord record;
    Keys keys = GoldenDirectories.keys();
    try (Log log = GoldenDirectories.open(directory, keys)) {
      record = GoldenDirectories.records(log, log.cursor("cloud")).get(6L);
    }
    List<String> lines = Readings.of(record.payload());
    assertThat(lines).hasSize(480);
    var random = new Random(6);
    for (int i = 0; i < lines.size(); i++) {
      String bits = Long.toHexString(Double.doubleToRawLongBits(random.nextDouble()));
      assertThat(lines.get(i)).isEqualTo("noise@1700000006000 p" + i + "[] float64 " + bits);
    }
  }

  @Test
  void deviceStatesAreThoseThatWereSeen() throws Exception {
    StoredRecord up = records("cloud").get(17L);
    assertThat(up.kind()).isEqualTo(RecordKind.DEVICE_STATE.code());
    assertThat(DeviceStateRecord.decode(up.payload()))
        .isEqualTo(new DeviceStateRecord("meter-1", 9_000, false, true, "", "boot-1", 59_000));
  }

  @Test
  void anchorsCorrectWhatTheyCorrectedThen() throws Exception {
    Path beside = GoldenDirectories.copyOf("beside", temporary);
    byte[] before = Files.readAllBytes(beside.resolve("anchors"));
    var clock = new WallClock();
    clock.boot(0);
    var anchors = new ClockAnchors(beside.resolve("anchors"), clock);
    anchors.begin("boot-3");
    anchors.look();
    assertThat(anchors.of("boot-1", 59_000)).hasValue(1_699_999_940_000L);
    assertThat(anchors.of("boot-1", 60_001)).hasValue(1_700_003_540_000L);
    assertThat(anchors.of("boot-1", 660_001)).isEmpty();
    assertThat(anchors.of("boot-2", 30_000)).hasValue(1_700_086_370_000L);
    clock.pass(5_000);
    clock.synchronizedTo(Plant.T + 2 * 86_400_000L);
    anchors.look();
    assertThat(new String(Files.readAllBytes(beside.resolve("anchors")), "US-ASCII"))
        .startsWith(new String(before, "US-ASCII"))
        .hasLineCount(4);
  }
}

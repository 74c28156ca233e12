package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Loss;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GapRecordTest {

  @Test
  void isAnArrayOfFour() throws OutboxException {
    GapRecord gap = new GapRecord(70_001, 70_420, 420, "bytes");
    assertThat(HexFormat.of().formatHex(gap.encode()))
        .isEqualTo("841a000111711a000113141901a4656279746573");
    assertThat(GapRecord.decode(gap.encode())).isEqualTo(gap);
  }

  @Test
  void ofOneUplinkIsAnArrayOfFive() throws OutboxException {
    GapRecord gap = new GapRecord(70_001, 70_420, 420, "bytes", "cloud");
    assertThat(HexFormat.of().formatHex(gap.encode()))
        .isEqualTo("851a000111711a000113141901a465627974657365636c6f7564");
    assertThat(GapRecord.decode(gap.encode())).isEqualTo(gap);
    assertThat(gap.concerns("cloud")).isTrue();
    assertThat(gap.concerns("local")).isFalse();
  }

  @Test
  void anyOtherBytesAreRefusedByType() {
    Random random = new Random(5);
    byte[] good = new GapRecord(1, 2, 3, "age").encode();
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = i % 2 == 0 ? good.clone() : new byte[random.nextInt(30)];
      if (i % 2 == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      } else {
        random.nextBytes(bytes);
      }
      try {
        assertThat(GapRecord.decode(bytes).last()).isNotNegative();
      } catch (OutboxException e) {
        assertThat(e.reason()).isEqualTo(OutboxException.Reason.FORMAT);
      }
    }
    assertThatExceptionOfType(OutboxException.class)
        .isThrownBy(() -> GapRecord.decode(new byte[0]));
  }

  @Test
  void lostGapsGoOnOnePerReason() throws OutboxException {
    List<byte[]> carried =
        List.of(
            new GapRecord(1, 9, 40, "bytes").encode(),
            new GapRecord(12, 12, 5, "refused").encode(),
            new GapRecord(3, 4, 77, "bytes", "local").encode(),
            new GapRecord(10, 11, 2, "bytes").encode(),
            new byte[] {1, 2});
    List<Entry> entries =
        new Gaps().announce(new Loss("cloud", 13, 20, 8, 100, Loss.Cause.BYTES), carried);
    assertThat(entries).hasSize(2).allMatch(entry -> entry.kind() == RecordKind.GAP.code());
    assertThat(GapRecord.decode(entries.get(0).payload()))
        .isEqualTo(new GapRecord(1, 20, 142, "bytes", "cloud"));
    assertThat(GapRecord.decode(entries.get(1).payload()))
        .isEqualTo(new GapRecord(12, 12, 5, "refused", "cloud"));
  }
}

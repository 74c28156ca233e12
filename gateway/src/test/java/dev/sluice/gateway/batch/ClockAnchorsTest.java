package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever knows what time it was says it the same ever after; who does not know says nothing. */
class ClockAnchorsTest {

  private static final long NOW = 1_700_000_000_000L;

  @TempDir Path directory;
  private final WallClock clock = new WallClock();

  private ClockAnchors process(String boot) {
    var anchors = new ClockAnchors(directory.resolve("state").resolve("anchors"), clock);
    anchors.begin(boot);
    anchors.look();
    return anchors;
  }

  private byte[] file() throws Exception {
    return Files.readAllBytes(directory.resolve("state").resolve("anchors"));
  }

  /** T2: boot in 1970, then NTP. */
  @Test
  void whatWasReadBeforeTheClockWasTrustedIsKnownOnceItIs() {
    clock.boot(0);
    ClockAnchors anchors = process("b1");
    clock.pass(60_000);
    anchors.look();
    assertThat(anchors.of("b1", 5_000)).isEmpty();
    clock.synchronizedTo(NOW);
    anchors.look();
    assertThat(anchors.of("b1", 5_000)).hasValue(NOW - 60_000);
    assertThat(anchors.of("b2", 5_000)).as("another boot").isEmpty();
    assertThat(anchors.of("b1", 60_001)).as("after it was trusted, and not").isEmpty();
  }

  @Test
  void anAnchorStaysAsItIsWhateverTheClockDoesLater() {
    clock.boot(0);
    ClockAnchors anchors = process("b1");
    clock.pass(60_000);
    clock.synchronizedTo(NOW);
    anchors.look();
    OptionalLong first = anchors.of("b1", 5_000);
    for (long step : new long[] {3, -80, 3_600_000, -7_200_000, 315_360_000_000L}) {
      clock.pass(10_000);
      anchors.look();
      clock.trusted = false;
      anchors.look();
      clock.pass(10_000);
      clock.synchronizedTo(clock.wallMillis + step);
      anchors.look();
      assertThat(anchors.of("b1", 5_000)).isEqualTo(first);
    }
    // Untrusted in between: by the next moment of trust, not by the one before.
    assertThat(anchors.of("b1", 155_000).getAsLong() - first.getAsLong())
        .isEqualTo(3 - 80 + 3_600_000 - 7_200_000 + 315_360_000_000L);
  }

  @Test
  void theProcessMayEndAndTheMachineMayBootInBetween() {
    clock.boot(0);
    process("b1");
    clock.pass(60_000);
    clock.synchronizedTo(NOW);
    process("b1");
    clock.pass(3_600_000);
    clock.wallMillis += 40; // steered meanwhile: readings sent before must not move
    assertThat(process("b1").of("b1", 5_000)).hasValue(NOW - 60_000);
    clock.boot(0);
    ClockAnchors later = process("b2");
    assertThat(later.of("b1", 5_000)).hasValue(NOW - 60_000);
    assertThat(later.of("b2", 0)).isEmpty();
  }

  @Test
  void nothingIsWrittenWhileTheClockStaysAsItIs() throws Exception {
    clock.boot(0);
    ClockAnchors anchors = process("b1");
    assertThat(directory.resolve("state")).doesNotExist();
    clock.synchronizedTo(NOW);
    anchors.look();
    byte[] written = file();
    for (int i = 0; i < 100; i++) {
      clock.pass(1_000);
      anchors.look();
    }
    assertThat(file()).isEqualTo(written);
  }

  @Test
  void thereAreNeverMoreThanSixtyFour() throws Exception {
    ClockAnchors anchors = null;
    for (int i = 0; i < 200; i++) {
      clock.boot(0);
      clock.pass(1_000);
      clock.synchronizedTo(NOW + i * 1_000_000L);
      anchors = process("boot-" + i);
    }
    assertThat(new String(file(), StandardCharsets.US_ASCII).lines()).hasSize(64);
    assertThat(anchors.of("boot-135", 0)).isEmpty();
    assertThat(anchors.of("boot-136", 0)).hasValue(NOW + 136_000_000L - 1_000);
    assertThat(anchors.of("boot-199", 0)).hasValue(NOW + 199_000_000L - 1_000);
  }

  /** Any byte of the file may be any other: no exception, and no time that is wrong. */
  @Test
  void damageLeavesReadingsUncorrectedAndNeverCorrectsThemWrongly() throws Exception {
    clock.boot(0);
    clock.pass(60_000);
    clock.synchronizedTo(NOW);
    process("b1");
    clock.boot(0);
    clock.pass(30_000);
    clock.synchronizedTo(NOW + 10_000_000);
    process("b2");
    clock.boot(0);
    byte[] good = file();
    Path file = directory.resolve("state").resolve("anchors");
    int lost = 0;
    for (int at = 0; at < good.length; at++) {
      for (int value : new int[] {good[at] ^ 1, good[at] ^ 2, '0', '-', '\n', 0xff}) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        Files.write(file, bad);
        ClockAnchors anchors = process("b3");
        OptionalLong one = anchors.of("b1", 5_000);
        OptionalLong two = anchors.of("b2", 5_000);
        lost += one.isEmpty() || two.isEmpty() ? 1 : 0;
        assertThat(one.orElse(NOW - 60_000)).isEqualTo(NOW - 60_000);
        assertThat(two.orElse(NOW + 9_970_000)).isEqualTo(NOW + 9_970_000);
      }
    }
    assertThat(lost).as("damage that was noticed").isGreaterThan(good.length * 4);
    Files.write(file, new byte[1 << 20]);
    assertThat(process("b3").of("b1", 5_000)).isEmpty();
    clock.synchronizedTo(NOW);
    assertThat(process("b3").of("b3", 0)).as("written anew").isPresent();
    assertThat(process("b3").of("b3", 0)).isPresent();
  }

  @Test
  void whereNothingCanBeKeptThisProcessCorrectsAllTheSame() throws Exception {
    Files.writeString(directory.resolve("state"), "a file where the directory should be");
    clock.boot(0);
    clock.pass(60_000);
    clock.synchronizedTo(NOW);
    assertThat(process("b1").of("b1", 5_000)).hasValue(NOW - 60_000);
  }
}

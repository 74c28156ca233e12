package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemClockTest {

  private static final long BUILD = 1_767_225_600_000L; // 2026-01-01

  @TempDir Path directory;

  private final AtomicLong wall = new AtomicLong(BUILD + 1000);
  private final AtomicBoolean synced = new AtomicBoolean();

  @Test
  void theClockIsTrustedOnceTheSystemSaysItIsSynchronized() {
    SystemClock clock = clock(ClockTrust.AUTO);
    clock.begin();
    assertThat(clock.trusted()).isFalse();

    synced.set(true);
    clock.look();

    assertThat(clock.trusted()).isTrue();
  }

  @Test
  void aClockBeforeTheBuildDateIsNeverTrustedWhateverTheOwnerSays() {
    wall.set(0);
    SystemClock clock = clock(ClockTrust.ALWAYS);
    clock.begin();
    assertThat(clock.trusted()).isFalse();

    wall.set(BUILD + 5);
    clock.look();
    assertThat(clock.trusted()).isTrue();
  }

  @Test
  void aClockThatStandsBeforeTheLastTimeKeptIsNotTrusted() {
    SystemClock first = clock(ClockTrust.ALWAYS);
    first.begin();
    wall.addAndGet(3_600_000);
    first.keep();

    wall.addAndGet(-1_800_000);
    SystemClock afterRestart = clock(ClockTrust.ALWAYS);
    afterRestart.begin();

    assertThat(afterRestart.trusted()).isFalse();
  }

  /** A file of the first version: such files are read for ever. */
  @Test
  void theGoldenFileOfAKeptTimeIsRead() throws Exception {
    try (var golden = SystemClockTest.class.getResourceAsStream("/outbox/format-1/beside/clock")) {
      Files.copy(golden, floorFile());
    }
    var options = new ClockOptions(ClockTrust.ALWAYS, floorFile());
    var clock = new SystemClock(options, wall::get, synced::get, 0);
    wall.set(1_699_999_999_999L);
    clock.begin();
    assertThat(clock.trusted()).isFalse();
    wall.set(1_700_000_000_000L);
    clock.look();
    assertThat(clock.trusted()).isTrue();
  }

  @Test
  void anUntrustedTimeIsNotKept() {
    SystemClock clock = clock(ClockTrust.AUTO);
    clock.begin();
    clock.keep();

    assertThat(Files.exists(floorFile())).isFalse();
  }

  @Test
  void anUnreadableKeptTimeDoesNotStopTheGateway() throws Exception {
    Files.writeString(floorFile(), "not a number");
    SystemClock clock = clock(ClockTrust.ALWAYS);
    clock.begin();

    assertThat(clock.trusted()).isTrue();
  }

  @Test
  void theRealBuildDateIsInThePast() {
    var clock = new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null));
    clock.begin();

    assertThat(clock.trusted()).isTrue();
    assertThat(clock.instant().toEpochMilli()).isGreaterThan(BUILD);
  }

  private Path floorFile() {
    return directory.resolve("time");
  }

  private SystemClock clock(ClockTrust trust) {
    return new SystemClock(new ClockOptions(trust, floorFile()), wall::get, synced::get, BUILD);
  }
}

package dev.sluice.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands were carried out, as it survives restarts, damage and other settings. */
class SeenIdsTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("state").resolve("commands");
  }

  private SeenIds open(int remember) {
    return new SeenIds(
        new CommandOptions(remember, Duration.ofHours(2), 10, 64, Duration.ofSeconds(30), file));
  }

  @Test
  void anIdIsNewOnceAlsoAfterARestart() throws Exception {
    try (SeenIds ids = open(10)) {
      assertThat(ids.add("cloud", "a", NOW)).isTrue();
      assertThat(ids.add("cloud", "a", NOW)).isFalse();
      assertThat(ids.add("other", "a", NOW)).as("of another uplink").isTrue();
    }
    try (SeenIds again = open(10)) {
      assertThat(again.add("cloud", "a", NOW)).isFalse();
      assertThat(again.add("other", "a", NOW)).isFalse();
      assertThat(again.add("cloud", "b", NOW)).isTrue();
      assertThat(again.remembered()).isEqualTo(3);
    }
  }

  /** The bytes of the format: a later version must read them. */
  @Test
  void aSlotIsThese32Bytes() throws Exception {
    try (SeenIds ids = open(4)) {
      ids.add("cloud", "set-1", NOW);
    }
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
        .isEqualTo(
            "0".repeat(64)
                + "0000000000000001"
                + "0000018bcfe56800"
                + "345a1fd3b62ee229c0700081"
                + "760b280a");
  }

  @Test
  void ofTooManyTheOldestIsForgottenAndCountedAndTheFileStaysSmall() throws Exception {
    try (SeenIds ids = open(3)) {
      for (int i = 0; i < 10; i++) {
        assertThat(ids.add("cloud", "id-" + i, NOW)).isTrue();
      }
      assertThat(ids.forgotten()).isEqualTo(7);
      assertThat(ids.remembered()).isEqualTo(3);
    }
    assertThat(file).hasSize(3 * 32);
    try (SeenIds again = open(3)) {
      assertThat(again.add("cloud", "id-9", NOW)).isFalse();
      assertThat(again.add("cloud", "id-7", NOW)).isFalse();
      assertThat(again.add("cloud", "id-6", NOW)).isTrue();
    }
  }

  @Test
  void byAgeIsForgottenOnlyWhereBothTimesAreTrusted() throws Exception {
    try (SeenIds ids = open(10)) {
      ids.add("cloud", "timed", NOW);
      ids.add("cloud", "untimed", 0);
      assertThat(ids.add("cloud", "timed", 0)).as("nobody knows what time it is").isFalse();
      assertThat(ids.add("cloud", "timed", NOW + 2 * HOUR)).as("just not old enough").isFalse();
      assertThat(ids.add("cloud", "timed", NOW + 2 * HOUR + 1)).isTrue();
      assertThat(ids.add("cloud", "untimed", NOW + 9000 * HOUR)).isFalse();
    }
    try (SeenIds again = open(10)) {
      assertThat(again.add("cloud", "timed", NOW + 3 * HOUR)).as("of the second time").isFalse();
    }
  }

  @Test
  void moreOrFewerThanBeforeKeepTheNewest() throws Exception {
    try (SeenIds ids = open(8)) {
      for (int i = 0; i < 13; i++) {
        ids.add("cloud", "id-" + i, NOW);
      }
    }
    for (int remember : new int[] {20, 3, 5}) {
      try (SeenIds ids = open(remember)) {
        for (int i = 10; i < 13; i++) {
          assertThat(ids.add("cloud", "id-" + i, NOW)).as(i + " of " + remember).isFalse();
        }
      }
      assertThat(Files.size(file)).isLessThanOrEqualTo(remember * 32L);
    }
  }

  /** A power cut in the middle of a write, or a bad block: the others are known still. */
  @Test
  void aDamagedSlotTakesNoOtherWithIt() throws Exception {
    try (SeenIds ids = open(8)) {
      for (int i = 0; i < 5; i++) {
        ids.add("cloud", "id-" + i, NOW);
      }
    }
    byte[] whole = Files.readAllBytes(file);
    for (int at = 32; at < whole.length; at++) { // the first slot is that of number 8
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(file, damaged);
      int slot = at / 32;
      try (SeenIds ids = open(8)) {
        for (int i = 0; i < 5; i++) {
          boolean isHit = i + 1 == slot;
          assertThat(ids.add("cloud", "id-" + i, NOW)).as("byte %d, id %d", at, i).isEqualTo(isHit);
        }
      }
    }
    for (int length = 0; length <= whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (SeenIds ids = open(8)) {
        for (int i = 0; i < length / 32 - 1; i++) {
          assertThat(ids.add("cloud", "id-" + i, NOW)).as("%d bytes, id %d", length, i).isFalse();
        }
        assertThat(ids.add("cloud", "new", NOW)).isTrue();
        assertThat(ids.add("cloud", "new", NOW)).isFalse();
      }
    }
  }

  @Test
  void whatCannotBeKeptIsNotTaken() throws Exception {
    Files.writeString(file.getParent(), "a file where a directory should be");
    try (SeenIds ids = open(8)) {
      assertThatThrownBy(() -> ids.add("cloud", "a", NOW)).isInstanceOf(IOException.class);
      Files.delete(file.getParent());
      assertThat(ids.add("cloud", "a", NOW)).as("as soon as it can").isTrue();
    }
  }

  @Test
  void withoutAFileMemoryServes() throws Exception {
    file = null;
    try (SeenIds ids = open(8)) {
      assertThat(ids.add("cloud", "a", NOW)).isTrue();
      assertThat(ids.add("cloud", "a", NOW)).isFalse();
    }
  }
}

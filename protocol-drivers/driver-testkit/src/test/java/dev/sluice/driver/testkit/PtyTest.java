package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PtyTest {

  private static final byte[] BYTES = {1, 2, 3, 4};

  @TempDir private Path directory;
  private final Pty pty = Pty.open();

  @AfterEach
  void close() {
    pty.close();
  }

  @Test
  void whatIsOfferedReachesWhoHasItOpenAndNobodyElse() throws Exception {
    assertThat(pty.offer(BYTES, 0, 4)).as("before anybody has it open").isFalse();
    try (var port = new FileInputStream(pty.path().toFile())) {
      assertThat(pty.offer(BYTES, 1, 2)).isTrue();
      assertThat(port.read()).isEqualTo(2);
      assertThat(port.read()).isEqualTo(3);
    }
    assertThat(pty.offer(BYTES, 0, 4)).as("after it was closed").isFalse();
    pty.close();
    assertThat(pty.offer(BYTES, 0, 4)).as("after it was pulled").isFalse();
  }

  @Test
  void offeringToWhoDoesNotReadNeverWaitsAndSaysThatItIsLost() throws Exception {
    try (var port = new FileInputStream(pty.path().toFile())) {
      byte[] much = new byte[1 << 20];
      assertThat(pty.offer(much, 0, much.length)).isFalse();
      assertThat(pty.offer(BYTES, 0, 4)).isFalse();
      // Whoever begins to read is heard again.
      long end = System.nanoTime() + 10_000_000_000L;
      while (!pty.offer(BYTES, 0, 4)) {
        assertThat(System.nanoTime()).as("within 10 s").isLessThan(end);
        assertThat(port.read(much)).isPositive();
      }
    }
  }

  @Test
  void aLinkFollowsThePtyAndGoesWithIt() throws Exception {
    Path link = directory.resolve("adapter");
    try (Pty first = Pty.open(link)) {
      assertThat(link.toRealPath()).isEqualTo(first.device());
    }
    assertThat(link).doesNotExist();
    try (Pty second = Pty.open(link)) {
      assertThat(link.toRealPath()).isEqualTo(second.device());
      assertThat(second.path()).isEqualTo(link);
    }
  }
}

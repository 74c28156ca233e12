package dev.sluice.simulator.serial;

import dev.sluice.driver.testkit.Pty;
import dev.sluice.simulator.spec.Medium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A pseudo-terminal that can be pulled and plugged in again, and sends as fast as a wire would. One
 * thread at a time.
 */
final class Wire {

  // Waking for each character of a fast line costs more than it shows; FIFOs batch them as well.
  private static final long MIN_PARK_NANOS = 300_000;
  // What was sent has been read by then; what is still in a terminal is lost when it closes.
  private static final long READ_BY_THEN_NANOS = 50_000_000;

  private final Path link;
  private final long characterNanos;
  private @Nullable Pty pty;
  private long sentNanos = System.nanoTime();

  Wire(Path link, Medium.Serial medium) {
    this.link = link;
    this.characterNanos = medium.characterNanos();
  }

  /**
   * Makes the device file appear, if it is not there.
   *
   * @throws IOException when something else has its name, or the system has no terminal left
   */
  void plug() throws IOException {
    if (pty != null) {
      return;
    }
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      throw new IOException(link + ": found a file, expected nothing or an old link");
    }
    try {
      pty = Pty.open(link);
    } catch (UncheckedIOException e) {
      throw new IOException(link + ": cannot be made: " + e.getMessage(), e);
    }
  }

  /** Makes the device file vanish; who has it open is told. */
  void pull() {
    Pty open = pty;
    if (open != null) {
      long left = sentNanos + READ_BY_THEN_NANOS - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
      }
      pty = null;
      open.close();
    }
  }

  /** How many bytes of the client came; 0 if none did in this time. */
  int read(byte[] into, int timeoutMillis) {
    Pty open = pty;
    return open == null ? 0 : Math.max(0, open.read(into, timeoutMillis));
  }

  /**
   * Sends bytes, each when its last bit would have passed.
   *
   * @param cut asked all the time; true ends it
   * @return whether all went to somebody
   */
  boolean send(byte[] bytes, BooleanSupplier cut) {
    long start = System.nanoTime();
    boolean taken = true;
    int sent = 0;
    while (sent < bytes.length) {
      Pty open = pty;
      if (open == null || cut.getAsBoolean()) {
        return false;
      }
      long now = System.nanoTime();
      int passed = (int) Math.min(bytes.length, (now - start) / characterNanos);
      if (passed > sent) {
        taken &= open.offer(bytes, sent, passed - sent);
        sent = passed;
        sentNanos = now;
      } else {
        LockSupport.parkNanos(
            Math.max(MIN_PARK_NANOS, start + (sent + 1) * characterNanos - System.nanoTime()));
      }
    }
    return taken;
  }
}

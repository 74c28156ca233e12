package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import org.junit.jupiter.api.Test;

/**
 * The line that judges masters is judged itself, at a speed at which the clock of a busy machine is
 * exact enough: at 300 baud t3.5 is 117 ms.
 */
class PacedLineTest {

  private static final int BAUD = 300;
  private static final double CHARACTER_SECONDS = 10.0 / BAUD;

  /** Register 0 of unit 1, with its checksum. */
  private static final byte[] ONE_REGISTER = {1, 3, 0, 0, 0, 1, (byte) 0x84, 0x0A};

  private static final int REPLY_BYTES = 7;

  @Test
  void aReplyTakesAsLongAsOnAWireAndARequestWithoutSilenceBeforeItIsAViolation()
      throws IOException {
    try (var line = PacedLine.start("-b", Integer.toString(BAUD));
        var port = new RandomAccessFile(line.path(), "rw")) {
      long start = System.nanoTime();
      byte[] reply = ask(port);
      double seconds = (System.nanoTime() - start) / 1e9;
      ask(port); // at once: whatever else stood here could take as long as t3.5
      BusReport report = line.report();
      // Request, t3.5, reply; no more is demanded of a machine that has other things to do.
      assertThat(seconds).isGreaterThan((ONE_REGISTER.length + 3.5 + 7) * CHARACTER_SECONDS);
      assertThat(reply).startsWith(1, 3, 2);
      assertThat((reply[3] & 0xFF) << 8 | (reply[4] & 0xFF)).isEqualTo(PacedLine.value(1, 0));

      assertThat(report.violations()).isOne();
      assertThat(report.answered()).isEqualTo(2);
      // The first of them is a whole cycle, and it was shorter than the protocol has it.
      assertThat(report.use()).isGreaterThan(1);

      line.reset();
      ask(port, 4);
      ask(port, 4);
      report = line.report();
      assertThat(report.violations()).isZero();
      assertThat(report.use()).isLessThanOrEqualTo(1).isGreaterThan(0);
      assertThat(report.shortestMicros()).isGreaterThan(3.5e6 * CHARACTER_SECONDS);
      assertThat(report.lostMicros()).isPositive();
    }
  }

  @Test
  void damagedAndMissingRepliesAreNoUse() throws IOException {
    try (var line = PacedLine.start("-b", Integer.toString(BAUD), "-x", "1000");
        var port = new RandomAccessFile(line.path(), "rw")) {
      byte[] damaged = ask(port);
      ask(port, 4);
      line.setDead(1);
      waitCharacters(4);
      port.write(ONE_REGISTER);
      waitCharacters(ONE_REGISTER.length + 4);
      BusReport report = line.report();
      assertThat(report.damaged()).isEqualTo(2);
      assertThat(report.silent()).isOne();
      assertThat(report.answered()).isZero();
      assertThat(report.use()).isZero();
      byte[] good = {1, 3, 2, 0x1E, (byte) 0xF0, (byte) 0xB1, (byte) 0xA0};
      int flipped = 0;
      for (int i = 0; i < good.length; i++) {
        flipped += Integer.bitCount((good[i] ^ damaged[i]) & 0xFF);
      }
      assertThat(flipped).isOne();
    }
  }

  private static byte[] ask(RandomAccessFile port, int silence) throws IOException {
    waitCharacters(silence);
    return ask(port);
  }

  private static byte[] ask(RandomAccessFile port) throws IOException {
    port.write(ONE_REGISTER);
    byte[] reply = new byte[REPLY_BYTES];
    port.readFully(reply);
    return reply;
  }

  /** Time is what is measured here, so it has to pass. */
  private static void waitCharacters(int count) throws IOException {
    PathRig.pause((long) Math.ceil(count * CHARACTER_SECONDS * 1000));
  }
}

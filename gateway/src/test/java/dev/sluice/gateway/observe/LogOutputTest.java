package dev.sluice.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LogOutputTest {

  /** A pipe that nobody reads until it is released. */
  private static final class Stalled extends OutputStream {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Override
    public void write(int b) throws IOException {
      throw new IOException("not used");
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      written.write(bytes);
    }
  }

  @Test
  @Timeout(20)
  void aReaderThatStallsHoldsNobodyUpAndWhatWasDroppedIsCounted() throws Exception {
    var stalled = new Stalled();
    var output = new LogOutput(stalled);
    output.write(line("first"));
    stalled.entered.await();

    for (int i = 0; i < 2000; i++) {
      output.write(line("more " + i));
    }
    stalled.released.countDown();
    output.direct();
    output.write(line("last"));

    String text = stalled.written.toString(StandardCharsets.UTF_8);
    assertThat(text).startsWith("first\n").contains("more 0\n", "more 1023\n").endsWith("last\n");
    assertThat(text).contains("log lines dropped=976\n").doesNotContain("more 1024\n");
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }
}

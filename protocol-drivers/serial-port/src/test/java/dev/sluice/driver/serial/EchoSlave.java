package dev.sluice.driver.serial;

import dev.sluice.driver.testkit.Pty;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** The other end of a pty: a thread that hands what it receives to a script. */
final class EchoSlave {

  private EchoSlave() {}

  /** Calls the script with what was received in one piece, until the pty is closed. */
  static void on(Pty pty, BiConsumer<Pty, byte[]> script) {
    var thread =
        new Thread(
            () -> {
              byte[] buffer = new byte[1024];
              for (int count = 0; count >= 0; count = pty.read(buffer, 50)) {
                if (count > 0) {
                  script.accept(pty, Arrays.copyOf(buffer, count));
                }
              }
            },
            "slave");
    thread.setDaemon(true);
    thread.start();
  }
}

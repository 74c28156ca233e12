package dev.sluice.e2e;

import dev.sluice.driver.testkit.Pty;
import java.nio.file.Path;

/**
 * Two serial ports that are wired to each other, one for the gateway and one for a peer: what one
 * program sends, the other hears. A thread per direction carries the bytes.
 */
final class SerialCable implements AutoCloseable {

  private static final int LOOK_MILLIS = 50;

  private final Pty gatewayEnd = Pty.open();
  private final Pty peerEnd = Pty.open();

  SerialCable() {
    carry(gatewayEnd, peerEnd);
    carry(peerEnd, gatewayEnd);
  }

  private static void carry(Pty from, Pty to) {
    var thread =
        new Thread(
            () -> {
              byte[] bytes = new byte[512];
              for (int count = 0; count >= 0; count = from.read(bytes, LOOK_MILLIS)) {
                to.write(bytes, 0, count);
              }
            },
            "cable from " + from.path());
    thread.setDaemon(true);
    thread.start();
  }

  Path gatewayEnd() {
    return gatewayEnd.path();
  }

  Path peerEnd() {
    return peerEnd.path();
  }

  @Override
  public void close() {
    gatewayEnd.close();
    peerEnd.close();
  }
}

package dev.sluice.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Loopback ports, as {@link dev.sluice.driver.testkit.FreePort} has them, and who is there. */
final class FreePort {

  private FreePort() {}

  static int take() {
    return dev.sluice.driver.testkit.FreePort.take();
  }

  /** Whether something listens there now. */
  static boolean isOpen(int port) {
    return isOpen("127.0.0.1", port);
  }

  static boolean isOpen(String address, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

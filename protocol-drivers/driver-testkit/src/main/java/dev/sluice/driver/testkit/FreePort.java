package dev.sluice.driver.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Ports of 127.0.0.1, for programs that cannot be told to take a free one themselves. */
public final class FreePort {

  /**
   * Each bound and not listening: the kernel gives such a port to nobody who asks for any free one,
   * whoever tries to connect is refused, and who asks for this very port with {@code SO_REUSEADDR},
   * as all servers do, may have it, again and again.
   */
  private static final List<Socket> TAKEN = new ArrayList<>();

  private FreePort() {}

  /** A port on which nobody listens but who is told of it, until this JVM ends. */
  public static int take() {
    Socket socket = hold();
    synchronized (TAKEN) {
      TAKEN.add(socket);
    }
    return socket.getLocalPort();
  }

  /** The same, until the socket is closed. */
  static Socket hold() {
    try {
      var socket = new Socket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.sluice.driver.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of 127.0.0.1 at which nobody listens: bound, so that the kernel gives it to nobody who
 * asks for any free one, and who connects to it is refused. Who asks for this very port with {@code
 * SO_REUSEADDR}, as servers do, may listen there all the same, again and again.
 */
public final class HeldPort implements AutoCloseable {

  private final Socket holder;

  private HeldPort(Socket holder) {
    this.holder = holder;
  }

  /** A free one, until it is closed. */
  public static HeldPort take() {
    try {
      var holder = new Socket();
      holder.setReuseAddress(true);
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new HeldPort(holder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its number. */
  public int port() {
    return holder.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    holder.close();
  }
}

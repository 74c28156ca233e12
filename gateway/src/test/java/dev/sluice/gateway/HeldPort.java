package dev.sluice.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * A port of the loopback at which nobody listens: who connects to it is refused. While it is held,
 * the system gives it to nobody who asks for any port; who asks for this one, and shares addresses
 * as servers do, may listen there all the same.
 */
public final class HeldPort implements AutoCloseable {

  private final SocketChannel holder;

  private HeldPort(SocketChannel holder) {
    this.holder = holder;
  }

  public static HeldPort take() throws IOException {
    SocketChannel holder = SocketChannel.open(StandardProtocolFamily.INET);
    holder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new HeldPort(holder);
  }

  public int port() {
    return holder.socket().getLocalPort();
  }

  @Override
  public void close() throws IOException {
    holder.close();
  }
}

package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The smallest name server: every name has the address 127.0.0.1 and no other record. Listens on
 * port 53 of a loopback address of its own, because {@code /etc/resolv.conf} knows no ports; that
 * takes root.
 */
final class NameServer implements AutoCloseable {

  static final String ADDRESS = "127.0.0.153";
  private static final int HEADER = 12;

  private final DatagramSocket socket;
  private final AtomicInteger queries = new AtomicInteger();

  private NameServer(DatagramSocket socket) {
    this.socket = socket;
  }

  static NameServer start() {
    try {
      var server = new NameServer(new DatagramSocket(new InetSocketAddress(ADDRESS, 53)));
      var thread = new Thread(server::serve, "name server");
      thread.setDaemon(true);
      thread.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError("cannot serve names on " + ADDRESS + ":53; run as root", e);
    }
  }

  private void serve() {
    byte[] buffer = new byte[512];
    while (!socket.isClosed()) {
      try {
        var query = new DatagramPacket(buffer, buffer.length);
        socket.receive(query);
        queries.incrementAndGet();
        byte[] reply = answer(Arrays.copyOf(query.getData(), query.getLength()));
        socket.send(new DatagramPacket(reply, reply.length, query.getSocketAddress()));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** RFC 1035 section 4: the header and the question again, and one address if that was asked. */
  private static byte[] answer(byte[] query) {
    int end = HEADER;
    while (query[end] != 0) {
      end += query[end] + 1;
    }
    int type = query[end + 1] << 8 | query[end + 2];
    end += 5;
    boolean address = type == 1;
    byte[] reply = Arrays.copyOf(query, end + (address ? 16 : 0));
    reply[2] = (byte) 0x85;
    reply[3] = (byte) 0x80;
    reply[7] = (byte) (address ? 1 : 0);
    Arrays.fill(reply, 8, HEADER, (byte) 0);
    if (address) {
      byte[] record = {(byte) 0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4};
      System.arraycopy(record, 0, reply, end, record.length);
      System.arraycopy(InetAddress.getLoopbackAddress().getAddress(), 0, reply, end + 12, 4);
    }
    return reply;
  }

  /** How often it was asked. */
  int queries() {
    return queries.get();
  }

  @Override
  public void close() {
    socket.close();
  }
}

package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The smallest name server: every name has the same address, 127.0.0.1 unless told otherwise, and
 * no other record. Listens on port 53 of a loopback address of its own, because {@code
 * /etc/resolv.conf} knows no ports; that takes root.
 */
final class NameServer implements AutoCloseable {

  static final String ADDRESS = "127.0.0.153";
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;
  private static final int TYPE_AAAA = 28;

  /** RFC 1035, 4.1.1. */
  static final int NO_ERROR = 0;

  static final int SERVFAIL = 2;
  static final int NXDOMAIN = 3;

  private final DatagramSocket socket;
  private final AtomicInteger queries = new AtomicInteger();
  private final Timer late = new Timer("late answers", true);
  private volatile int code = NO_ERROR;
  private volatile Duration delay = Duration.ZERO;
  private volatile String address = "127.0.0.1";
  private volatile String address6 = "";

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
        var packet = new DatagramPacket(reply, reply.length, query.getSocketAddress());
        late.schedule(
            new TimerTask() {
              @Override
              public void run() {
                send(packet);
              }
            },
            delay.toMillis());
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void send(DatagramPacket packet) {
    try {
      socket.send(packet);
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Answers with this code, and with addresses only if that is {@link #NO_ERROR}. */
  void code(int of) {
    code = of;
  }

  /** So much later than asked. */
  void delay(Duration of) {
    delay = of;
  }

  void address(String of) {
    address = of;
  }

  /** One of version 6 beside the other; empty for none. */
  void address6(String of) {
    address6 = of;
  }

  /** RFC 1035 section 4: the header and the question again, and one address if that was asked. */
  private byte[] answer(byte[] query) {
    int end = HEADER;
    while (query[end] != 0) {
      end += query[end] + 1;
    }
    int type = query[end + 1] << 8 | query[end + 2];
    end += 5;
    byte[] data = code == NO_ERROR ? data(type) : new byte[0];
    byte[] reply = Arrays.copyOf(query, end + (data.length > 0 ? 12 + data.length : 0));
    reply[2] = (byte) 0x85;
    reply[3] = (byte) (0x80 | code);
    reply[7] = (byte) (data.length > 0 ? 1 : 0);
    Arrays.fill(reply, 8, HEADER, (byte) 0);
    if (data.length > 0) {
      byte[] record = {
        (byte) 0xc0, HEADER, 0, (byte) type, 0, 1, 0, 0, 0, 5, 0, (byte) data.length
      };
      System.arraycopy(record, 0, reply, end, record.length);
      System.arraycopy(data, 0, reply, end + record.length, data.length);
    }
    return reply;
  }

  private byte[] data(int type) {
    String of = type == TYPE_A ? address : type == TYPE_AAAA ? address6 : "";
    try {
      return of.isEmpty() ? new byte[0] : InetAddress.getByName(of).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(of, e);
    }
  }

  /** How often it was asked. */
  int queries() {
    return queries.get();
  }

  @Override
  public void close() {
    late.cancel();
    socket.close();
  }
}

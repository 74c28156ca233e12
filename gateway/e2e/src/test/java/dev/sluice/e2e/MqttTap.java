package dev.sluice.e2e;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A TCP tap between the gateway and its broker that reads MQTT 3.1.1 on the way: what was published
 * and what was acknowledged, judged at the wire. A subscriber cannot judge a broker that is killed:
 * the broker loses messages that it has acknowledged.
 *
 * <p>A packet is recorded before it is passed on, but an acknowledgement when it has been passed
 * on: what is cut off before that, the gateway does not know. Thread-safe.
 */
final class MqttTap implements AutoCloseable {

  private static final int CONNECT = 1;
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int DISCONNECT = 14;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int MAX_PACKET = 16 << 20;

  /** A QoS 1 message that passed; acknowledged when {@link #ackNanos} is not 0. */
  static final class Publish {
    final int connection;
    final boolean duplicate;
    final Message message;
    final int bytes;
    private volatile long ackNanos;

    private Publish(int connection, boolean duplicate, Message message, int bytes) {
      this.connection = connection;
      this.duplicate = duplicate;
      this.message = message;
      this.bytes = bytes;
    }

    /** When the broker's PUBACK passed, {@link System#nanoTime()}; 0 if it has not. */
    long ackNanos() {
      return ackNanos;
    }

    /** What a consumer knows a record by; empty for status messages. */
    String key() {
      return message.isRecord() ? message.stream() + "/" + message.seq() : "";
    }
  }

  private record Pair(Socket client, Socket broker) {}

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final List<Publish> publishes = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();
  private int connects;
  private int connacks;
  private int disconnects;
  private boolean cut;
  private volatile boolean acksWithheld;

  private MqttTap(ServerSocket server, InetSocketAddress target) {
    this.server = server;
    this.target = target;
  }

  static MqttTap before(int brokerPort) {
    return before(new InetSocketAddress(InetAddress.getLoopbackAddress(), brokerPort));
  }

  static MqttTap before(InetSocketAddress broker) {
    try {
      var tap = new MqttTap(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), broker);
      tap.startThread("tap accept", tap::accept);
      return tap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Breaks what is connected and lets nothing through until {@link #restore()}. */
  synchronized void cut() {
    cut = true;
    pairs.forEach(MqttTap::closeBoth);
    pairs.clear();
  }

  synchronized void restore() {
    cut = false;
  }

  /** Whether the gateway hears nothing of what the broker acknowledges from now on. */
  void withholdAcks(boolean withhold) {
    acksWithheld = withhold;
  }

  /** All QoS 1 messages so far, in the order in which they passed. */
  synchronized List<Publish> publishes() {
    return List.copyOf(publishes);
  }

  synchronized int connects() {
    return connects;
  }

  /** How many connections the broker accepted. */
  synchronized int connacks() {
    return connacks;
  }

  /** How many connections ended with an MQTT DISCONNECT. */
  synchronized int disconnects() {
    return disconnects;
  }

  /** Records seen in a PUBLISH, and those of them with a PUBACK; by {@link Publish#key}. */
  synchronized Set<String> records(boolean acknowledged) {
    Map<String, Set<Integer>> parts = new HashMap<>();
    Set<String> complete = new HashSet<>();
    for (Publish publish : publishes) {
      if (publish.message.isRecord() && (!acknowledged || publish.ackNanos != 0)) {
        Set<Integer> seen = parts.computeIfAbsent(publish.key(), key -> new HashSet<>());
        seen.add(publish.message.part().number());
        if (seen.size() == publish.message.part().of()) {
          complete.add(publish.key());
        }
      }
    }
    return complete;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        synchronized (this) {
          if (cut) {
            client.close();
            continue;
          }
        }
        open(client);
      } catch (IOException e) {
        // The tap was closed, or the client has gone already: its next attempt is the next turn.
        continue;
      }
    }
  }

  private void open(Socket client) throws IOException {
    var broker = new Socket();
    var pair = new Pair(client, broker);
    try {
      broker.connect(target, CONNECT_MILLIS);
    } catch (IOException e) {
      closeBoth(pair);
      return;
    }
    client.setTcpNoDelay(true);
    broker.setTcpNoDelay(true);
    int connection;
    synchronized (this) {
      if (cut) { // meanwhile
        closeBoth(pair);
        return;
      }
      pairs.add(pair);
      connection = ++connects;
    }
    Map<Integer, Publish> inFlight = new HashMap<>();
    startThread("tap up", () -> pump(pair, client, broker, true, connection, inFlight));
    startThread("tap down", () -> pump(pair, broker, client, false, connection, inFlight));
  }

  private void startThread(String name, Runnable body) {
    var thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void pump(
      Pair pair, Socket from, Socket to, boolean up, int connection, Map<Integer, Publish> open) {
    try {
      var in = new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
      OutputStream out = to.getOutputStream();
      while (true) {
        byte[] packet = read(in);
        boolean ack = !up && (packet[0] >> 4 & 0xf) == PUBACK;
        if (!ack) {
          record(packet, up, connection, open);
        }
        if (!ack || !acksWithheld) {
          out.write(packet);
        }
        if (ack) {
          record(packet, false, connection, open);
        }
      }
    } catch (IOException e) {
      // One side is gone; so is the connection.
      closeBoth(pair);
    }
  }

  /** One control packet as it came, fixed header included. */
  static byte[] read(DataInputStream in) throws IOException {
    byte[] header = new byte[5];
    header[0] = in.readByte();
    int length = 0;
    int used = 1;
    for (int shift = 0; ; shift += 7) {
      if (used == 5) {
        throw new IOException("remaining length of more than four bytes");
      }
      int digit = in.readUnsignedByte();
      header[used++] = (byte) digit;
      length |= (digit & 0x7f) << shift;
      if (digit < 0x80) {
        break;
      }
    }
    if (length > MAX_PACKET) {
      throw new IOException("packet of " + length + " bytes");
    }
    byte[] packet = Arrays.copyOf(header, used + length);
    in.readFully(packet, used, length);
    return packet;
  }

  private synchronized void record(
      byte[] packet, boolean up, int connection, Map<Integer, Publish> inFlight) {
    int body = 1;
    while ((packet[body++] & 0x80) != 0) {
      // The length is in the array; only its size matters here.
      continue;
    }
    int type = packet[0] >> 4 & 0xf;
    if (up && type == PUBLISH) {
      published(packet, body, connection, inFlight);
    } else if (!up && type == PUBACK) {
      Publish publish = inFlight.remove(unsignedShort(packet, body));
      if (publish != null) {
        publish.ackNanos = System.nanoTime();
      }
    } else if (!up && type == CONNACK && packet[body + 1] == 0) {
      connacks++;
    } else if (up && type == DISCONNECT) {
      disconnects++;
    } else if (up && type == CONNECT && packet.length < 12) {
      throw new IllegalStateException("CONNECT of " + packet.length + " bytes");
    }
  }

  private void published(byte[] packet, int body, int connection, Map<Integer, Publish> inFlight) {
    int qos = packet[0] >> 1 & 3;
    int topicLength = unsignedShort(packet, body);
    String topic = new String(packet, body + 2, topicLength, StandardCharsets.UTF_8);
    int at = body + 2 + topicLength;
    if (qos == 0) {
      return;
    }
    int id = unsignedShort(packet, at);
    byte[] payload = Arrays.copyOfRange(packet, at + 2, packet.length);
    boolean duplicate = (packet[0] & 8) != 0;
    var message = Message.parse(topic, payload, System.nanoTime());
    var publish = new Publish(connection, duplicate, message, packet.length);
    publishes.add(publish);
    inFlight.put(id, publish);
  }

  private static int unsignedShort(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private static void closeBoth(Pair pair) {
    close(pair.client);
    close(pair.broker);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    cut();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.sluice.benchmarks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands between gateway and broker and measures what passes: readings, bytes, how old a reading is
 * when its PUBACK comes back, and which cycles of which device were acknowledged. Thread-safe.
 */
final class WireMeter implements AutoCloseable {

  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int MAX_PACKET = 64 << 20;
  private static final int MAX_AGE_MILLIS = 600_000;

  /**
   * What was acknowledged so far, each reading counted once.
   *
   * @param bytes MQTT packets of these readings, headers included
   * @param duplicates readings acknowledged more than once
   * @param missing readings of cycles that lie between two acknowledged ones of their device
   */
  record Snapshot(long readings, long bytes, long payloadBytes, long duplicates, long missing) {}

  private static final class Packet {
    final int bytes;
    final String topic;
    final byte[] payload;

    Packet(int bytes, String topic, byte[] payload) {
      this.bytes = bytes;
      this.topic = topic;
      this.payload = payload;
    }
  }

  private final ServerSocket server;
  private final int brokerPort;
  private final String firstPoint;
  private final InstantSource clock = InstantSource.system();
  private final long[] agesByMillis = new long[MAX_AGE_MILLIS];
  private final Map<String, BitSet> cycles = new HashMap<>();
  private int readingsPerCycle;
  private long readings;
  private long bytes;
  private long payloadBytes;
  private long duplicates;

  WireMeter(int brokerPort, String firstPoint) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.brokerPort = brokerPort;
    this.firstPoint = firstPoint;
    startThread("accept", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  synchronized Snapshot snapshot() {
    long missing = 0;
    for (BitSet seen : cycles.values()) {
      missing += seen.length() - seen.nextSetBit(0) - seen.cardinality();
    }
    return new Snapshot(readings, bytes, payloadBytes, duplicates, missing * readingsPerCycle);
  }

  /** Begins to count ages anew. */
  synchronized void forgetAges() {
    Arrays.fill(agesByMillis, 0);
  }

  /** The age in milliseconds that this share of readings did not exceed. */
  synchronized double age(double share) {
    long all = Arrays.stream(agesByMillis).sum();
    long seen = 0;
    for (int millis = 0; millis < agesByMillis.length; millis++) {
      seen += agesByMillis[millis];
      if (seen >= share * all) {
        return millis;
      }
    }
    return MAX_AGE_MILLIS;
  }

  private static void startThread(String name, Runnable body) {
    var thread = new Thread(body, "meter " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        connect(client);
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket broker;
    try {
      broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
    } catch (IOException e) {
      // The broker is down on purpose; the gateway has to see that.
      client.close();
      return;
    }
    client.setTcpNoDelay(true);
    broker.setTcpNoDelay(true);
    Map<Integer, Packet> inFlight = new HashMap<>();
    startThread("up", () -> pump(client, broker, inFlight));
    startThread("down", () -> pump(broker, client, inFlight));
  }

  private void pump(Socket from, Socket to, Map<Integer, Packet> inFlight) {
    try (from;
        to) {
      var in = new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
      OutputStream out = to.getOutputStream();
      while (true) {
        byte[] packet = read(in);
        look(packet, inFlight);
        out.write(packet);
      }
    } catch (IOException e) {
      // The end of a connection, as ordered or not; what counts is what was acknowledged by then.
      return;
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] header = new byte[5];
    header[0] = in.readByte();
    int length = 0;
    int used = 1;
    int digit;
    do {
      digit = in.readUnsignedByte();
      length |= (digit & 0x7f) << (7 * (used - 1));
      header[used++] = (byte) digit;
    } while (digit >= 0x80 && used < header.length);
    if (length > MAX_PACKET) {
      throw new IOException("packet of " + length + " bytes");
    }
    byte[] packet = Arrays.copyOf(header, used + length);
    in.readFully(packet, used, length);
    return packet;
  }

  private void look(byte[] packet, Map<Integer, Packet> inFlight) throws IOException {
    int type = (packet[0] >> 4) & 0xf;
    int body = 2;
    while (packet[body - 1] < 0) {
      body++;
    }
    if (type == PUBLISH && (packet[0] & 6) != 0) {
      int topicEnd = body + 2 + number(packet, body);
      String topic = new String(packet, body + 2, topicEnd - body - 2, StandardCharsets.UTF_8);
      byte[] payload = Arrays.copyOfRange(packet, topicEnd + 2, packet.length);
      synchronized (this) {
        inFlight.put(number(packet, topicEnd), new Packet(packet.length, topic, payload));
      }
    } else if (type == PUBACK && packet.length == 4) {
      acknowledged(number(packet, body), inFlight);
    }
  }

  private synchronized void acknowledged(int id, Map<Integer, Packet> inFlight) throws IOException {
    Packet packet = inFlight.remove(id);
    if (packet == null) {
      return;
    }
    long now = clock.millis();
    bytes += packet.bytes;
    payloadBytes += packet.payload.length;
    PayloadScan.rows(
        PayloadScan.plain(packet.topic, packet.payload),
        firstPoint,
        (device, time, cycle, count) -> row(device, now - time, cycle, count));
  }

  private void row(String device, long age, long cycle, int count) {
    // Rows of the other reads of a device have no cycle; what befalls them befalls the first, too.
    if (cycle > 0) {
      BitSet seen = cycles.computeIfAbsent(device, key -> new BitSet());
      if (seen.get((int) cycle)) {
        duplicates += count;
      }
      seen.set((int) cycle);
      readingsPerCycle = Math.max(readingsPerCycle, count);
    }
    readings += count;
    agesByMillis[(int) Math.min(Math.max(age, 0), MAX_AGE_MILLIS - 1)] += count;
  }

  private static int number(byte[] packet, int at) {
    return ((packet[at] & 0xff) << 8) | (packet[at + 1] & 0xff);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

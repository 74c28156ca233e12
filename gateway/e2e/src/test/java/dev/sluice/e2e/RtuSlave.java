package dev.sluice.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Modbus unit on a serial port: socat makes the port and brings its bytes here. Every holding
 * register is 0x1234; anything else is refused with exception 01 (illegal function).
 */
final class RtuSlave implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final int unit;
  private final Path port;
  private final ServerSocket server;
  private final ChildProcess socat;

  private RtuSlave(int unit, Path port, ServerSocket server, ChildProcess socat) {
    this.unit = unit;
    this.port = port;
    this.server = server;
    this.socat = socat;
  }

  static RtuSlave start(int unit, Path port) {
    try {
      var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      ChildProcess socat =
          ChildProcess.start(
              "socat",
              Map.of(),
              List.of(
                  ChildProcess.locate("socat"),
                  "PTY,raw,echo=0,link=" + port,
                  "TCP:127.0.0.1:" + server.getLocalPort()));
      var slave = new RtuSlave(unit, port, server, socat);
      var thread = new Thread(slave::serve, "rtu slave");
      thread.setDaemon(true);
      thread.start();
      Eventually.holds("socat makes " + port, LIMIT, () -> Files.exists(port), socat::output);
      return slave;
    } catch (IOException e) {
      throw new AssertionError("no loopback port", e);
    }
  }

  Path port() {
    return port;
  }

  private void serve() {
    try (Socket socket = server.accept()) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      for (byte[] request = request(in); request.length > 2; request = request(in)) {
        if ((request[0] & 0xff) == unit) {
          out.write(answer(request));
          out.flush();
        }
      }
    } catch (IOException e) {
      // The test is over: the sockets are closed.
      return;
    }
  }

  /** A whole request; less at the end of the connection. */
  private static byte[] request(InputStream in) throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(in.readNBytes(2));
    if (frame.size() == 2) {
      int length =
          switch (frame.toByteArray()[1]) {
            case 17 -> 4; // report server id
            case 43 -> 7; // read device identification
            default -> 8;
          };
      frame.writeBytes(in.readNBytes(length - 2));
    }
    return frame.toByteArray();
  }

  /** The whole reply to a whole request. */
  static byte[] answer(byte[] request) {
    var frame = new ByteArrayOutputStream();
    frame.write(request[0]);
    if (request[1] == 3) {
      int registers = request[5] & 0xff;
      frame.write(3);
      frame.write(2 * registers);
      for (int i = 0; i < registers; i++) {
        frame.write(0x12);
        frame.write(0x34);
      }
    } else {
      frame.write(request[1] | 0x80);
      frame.write(1);
    }
    int crc = crc(frame.toByteArray());
    frame.write(crc);
    frame.write(crc >> 8);
    return frame.toByteArray();
  }

  private static int crc(byte[] bytes) {
    int crc = 0xffff;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xa001;
      }
    }
    return crc;
  }

  @Override
  public void close() {
    socat.close();
    try {
      Files.deleteIfExists(port);
      server.close();
    } catch (IOException e) {
      throw new AssertionError("slave not closed", e);
    }
  }
}

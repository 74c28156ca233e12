package dev.sluice.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A mosquitto that keeps nothing on disk, on a port of its own for life. */
final class Broker implements AutoCloseable {

  private final int port = PathRig.freePort();
  private final Program process;

  /**
   * Starts one; returns when it listens.
   *
   * @param cpu the only core that it may use; -1 for any
   */
  Broker(Path directory, int cpu) throws IOException {
    Path file = directory.resolve("broker.conf");
    String user = "root".equals(System.getProperty("user.name")) ? "user root\n" : "";
    Files.writeString(
        file,
        "listener "
            + port
            + " 127.0.0.1\nallow_anonymous true\nlog_type none\nset_tcp_nodelay true\n"
            + user);
    String program =
        Files.isExecutable(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
    var command = new ArrayList<String>();
    if (cpu >= 0) {
      command.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
    }
    command.addAll(List.of(program, "-c", file.toString()));
    process = Program.logged("mosquitto", directory.resolve("broker.log"), Map.of(), command);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!isOpen()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("mosquitto does not listen on port " + port);
      }
      PathRig.pause(2);
    }
  }

  int port() {
    return port;
  }

  private boolean isOpen() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}

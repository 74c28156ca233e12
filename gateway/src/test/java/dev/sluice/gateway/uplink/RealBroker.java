package dev.sluice.gateway.uplink;

import dev.sluice.driver.testkit.HeldPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A mosquitto of our own on the loopback. */
final class RealBroker implements AutoCloseable {

  private final Path configuration;

  /** Nobody else's as long as this is not closed, also while it does not run. */
  private final HeldPort port;

  private Process process;

  private RealBroker(Path configuration, HeldPort port) {
    this.configuration = configuration;
    this.port = port;
  }

  /** Listens when it returns. */
  static RealBroker start(Path directory) throws Exception {
    return start(
        directory, "allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n");
  }

  /**
   * The same with other settings.
   *
   * @param lines of its configuration, for the listener and for all
   */
  static RealBroker start(Path directory, String lines) throws Exception {
    HeldPort port = HeldPort.take();
    // As root it would become another user, who cannot read the test's directory.
    String user = "root".equals(System.getProperty("user.name")) ? "user root\n" : "";
    Path file =
        Files.writeString(
            directory.resolve("mosquitto-" + port.port() + ".conf"),
            "listener " + port.port() + " 127.0.0.1\n" + lines + "log_dest none\n" + user);
    var broker = new RealBroker(file, port);
    broker.again();
    return broker;
  }

  /** Starts it where it was; it has ended before. */
  void again() throws Exception {
    try {
      process =
          new ProcessBuilder(program(), "-c", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  configuration.resolveSibling("mosquitto-" + port.port() + ".log").toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError("mosquitto is not installed; scripts/test installs it", e);
    }
    for (int i = 0; i < 1_000 && !listens(); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // it tells nobody that it listens
    }
  }

  /** Sends a signal by name: STOP, CONT, HUP. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .onExit()
        .get(10, TimeUnit.SECONDS);
  }

  private static String program() {
    Path usual = Path.of("/usr/sbin/mosquitto");
    return Files.isExecutable(usual) ? usual.toString() : "mosquitto";
  }

  private boolean listens() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("mosquitto ended with " + process.exitValue());
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 500);
      return true;
    } catch (java.net.ConnectException e) {
      return false;
    }
  }

  int port() {
    return port.port();
  }

  /** Neither reads nor writes until {@link #thaw}. */
  void freeze() throws Exception {
    signal("STOP");
    Path stat = Path.of("/proc/" + process.pid() + "/stat");
    while (!Files.readString(stat).contains(") T ")) {
      TimeUnit.MILLISECONDS.sleep(1); // a signal arrives when it arrives
    }
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  /** Without a word to anybody. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    kill();
    port.close();
  }
}

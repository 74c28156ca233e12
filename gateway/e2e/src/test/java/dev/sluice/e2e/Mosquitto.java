package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A mosquitto of our own on a loopback port that stays the same over restarts. */
final class Mosquitto implements AutoCloseable {

  private final Path configuration;
  private final String address;
  private final int port;
  private final List<String> prefix;
  private ChildProcess process;

  private Mosquitto(Path configuration, String address, int port, List<String> prefix) {
    this.configuration = configuration;
    this.address = address;
    this.port = port;
    this.prefix = prefix;
  }

  /** On another machine, reached at its address; not started yet. */
  static Mosquitto on(FarMachine machine, Path directory) {
    return configured(directory, machine.address(), FreePort.take(), "", machine.prefix());
  }

  /** Without TLS; not started yet. */
  static Mosquitto plain(Path directory) {
    return configured(directory, "");
  }

  /**
   * With TLS; a client without a certificate of the same authority is refused. Not started yet.
   *
   * @param server which certificate it shows
   */
  static Mosquitto withClientCertificates(Path directory, TestPki pki, String server) {
    return configured(
        directory,
        "cafile "
            + pki.certificate("ca")
            + "\ncertfile "
            + pki.certificate(server)
            + "\nkeyfile "
            + pki.key(server)
            + "\nrequire_certificate true\n");
  }

  /** Without TLS; keeps on disk, at each change, what it owes to sessions. Not started yet. */
  static Mosquitto durable(Path directory) {
    return configured(
        directory,
        "persistence true\npersistence_location "
            + directory
            + "/\nautosave_on_changes true\nautosave_interval 1\n");
  }

  /** The same at another address of this machine, perhaps on the port of a former one. */
  static Mosquitto at(Path directory, String address, int port) {
    return configured(directory, address, port, "", List.of());
  }

  private static Mosquitto configured(Path directory, String extra) {
    return configured(directory, "127.0.0.1", FreePort.take(), extra, List.of());
  }

  private static Mosquitto configured(
      Path directory, String address, int port, String extra, List<String> prefix) {
    Path file = directory.resolve("mosquitto-" + address + "-" + port + ".conf");
    // As root it would become another user, who cannot read the test's directory.
    String user = "root".equals(System.getProperty("user.name")) ? "user root\n" : "";
    try {
      Files.writeString(
          file,
          "listener "
              + port
              + " "
              + address
              + "\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n"
              + "log_dest stderr\nconnection_messages true\n"
              + user
              + extra);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Mosquitto(file, address, port, prefix);
  }

  Mosquitto start() {
    var command = new ArrayList<>(prefix);
    command.addAll(List.of(ChildProcess.locate("mosquitto"), "-c", configuration.toString()));
    process = ChildProcess.start("mosquitto", Map.of(), command);
    Eventually.holds(
        "mosquitto listens",
        Duration.ofSeconds(10),
        () ->
            prefix.isEmpty()
                ? FreePort.isOpen(address, port)
                : process.output().contains("running"),
        () -> process.output());
    return this;
  }

  int port() {
    return port;
  }

  ChildProcess process() {
    return process;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}

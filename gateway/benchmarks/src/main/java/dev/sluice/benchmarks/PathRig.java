package dev.sluice.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A plant, a gateway, a meter and mosquitto, each a process of its own but for the meter. The
 * outbox lies under {@code target}, on a real disk.
 */
final class PathRig implements AutoCloseable {

  private static final String FIRST_POINT = "p0000";

  private final int devices;
  private final int points;
  private final Path directory;
  private final int brokerPort = freePort();
  private final int httpPort = freePort();
  private final WireMeter meter;
  private final Program plant;
  private final Program gateway;
  private @Nullable Program broker;

  /** Where readings go, as it stands in the configuration. */
  interface Uplinks {
    /**
     * As YAML.
     *
     * @param port of the broker, or of the meter before it
     */
    String at(int port);
  }

  /** With one uplink, by way of the meter. */
  PathRig(int devices, int points, String compression) throws IOException {
    this(
        devices,
        points,
        true,
        port ->
            ("  cloud: { connector: mqtt, url: \"tcp://127.0.0.1:%d\", topic: \"bench/readings\","
                    + " compression: %s }\n")
                .formatted(port, compression));
  }

  /**
   * With uplinks of one's own.
   *
   * @param metered whether they lead by way of the meter, which reads JSON
   */
  PathRig(int devices, int points, boolean metered, Uplinks uplinks) throws IOException {
    this.devices = devices;
    this.points = points;
    this.directory = Repository.file("gateway/benchmarks/target/rig");
    Scratch.clear(directory);
    Files.createDirectories(directory);
    plant =
        Program.start(
            "plant", -1, Map.of(), List.of(Program.compiled("modbus_plant").toString(), "0"));
    int plantPort = Integer.parseInt(plant.expect("listening")[0]);
    meter = new WireMeter(brokerPort, FIRST_POINT);
    startBroker();
    Path configuration = directory.resolve("sluice.yaml");
    Files.writeString(
        configuration, configuration(plantPort, uplinks.at(metered ? meter.port() : brokerPort)));
    gateway =
        Program.logged(
            "gateway",
            directory.resolve("gateway.log"),
            Map.of("JAVA_HOME", System.getProperty("java.home")),
            List.of(
                Repository.file("gateway/target/sluice/bin/sluice").toString(),
                "run",
                configuration.toString()));
  }

  private String configuration(int plantPort, String uplinks) {
    var text = new StringBuilder(1 << 16);
    text.append("gateway: { id: bench }\nclock: { trust: always }\n");
    text.append("http: { port: ").append(httpPort).append(" }\nlines:\n");
    for (int i = 0; i < devices; i++) {
      text.append(
          "  l%04d: { driver: modbus, tcp: { host: 127.0.0.1, port: %d } }\n"
              .formatted(i, plantPort));
    }
    text.append("devices:\n");
    for (int i = 0; i < devices; i++) {
      text.append("  d%04d:\n    line: l%04d\n    every: 1s\n".formatted(i, i));
      if (i > 0) {
        text.append("    points: *points\n");
        continue;
      }
      text.append("    points: &points\n");
      for (int point = 0; point < points; point++) {
        text.append(
            String.format(
                Locale.ROOT,
                "      p%04d: { at: \"holding %d\", type: float32 }\n",
                point,
                2 * point));
      }
    }
    text.append("uplinks:\n")
        .append(uplinks)
        .append("outbox: { directory: \"")
        .append(directory.resolve("outbox"))
        .append("\" }\n");
    return text.toString();
  }

  void startBroker() throws IOException {
    Path file = directory.resolve("mosquitto.conf");
    String user = "root".equals(System.getProperty("user.name")) ? "user root\n" : "";
    Files.writeString(
        file,
        "listener " + brokerPort + " 127.0.0.1\nallow_anonymous true\nlog_type none\n" + user);
    String program =
        Files.isExecutable(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
    broker =
        Program.logged(
            "mosquitto",
            directory.resolve("mosquitto.log"),
            Map.of(),
            List.of(program, "-c", file.toString()));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!isOpen(brokerPort)) {
      if (System.nanoTime() > end) {
        throw new IOException("mosquitto does not listen on port " + brokerPort);
      }
      pause(20);
    }
  }

  void stopBroker() throws IOException {
    if (broker != null) {
      broker.stop();
    }
  }

  /** Without a word to anybody. */
  void killBroker() throws IOException {
    if (broker != null) {
      broker.kill();
    }
  }

  /** Waits until readings of all devices flow at the rate that they are polled at. */
  void awaitFlow(int seconds) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long before = 0;
    while (System.nanoTime() < end) {
      pause(2_000);
      if (!gateway.isRunning()) {
        throw new IOException("gateway ended:\n" + tail());
      }
      long now = meter.snapshot().readings();
      if (now - before >= 2L * devices * points * 9 / 10) {
        return;
      }
      before = now;
    }
    throw new IOException("no steady flow within " + seconds + " s:\n" + tail());
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("gateway.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  WireMeter meter() {
    return meter;
  }

  /** All of the gateway's metrics now. */
  Scrape scrape() throws IOException {
    return Scrape.of(httpPort);
  }

  /** Whether the gateway listens; nobody else knows when it ends. */
  boolean isUp() throws IOException {
    if (!gateway.isRunning()) {
      throw new IOException("gateway ended:\n" + tail());
    }
    return isOpen(httpPort);
  }

  ProcessUse use() throws IOException {
    return ProcessUse.of(gateway.pid());
  }

  /** The sum of one of the gateway's metrics over its labels. */
  double metric(String name) throws IOException {
    return Scrape.of(httpPort).sum(name);
  }

  void stopGateway() throws IOException {
    gateway.stop();
  }

  static void pause(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static boolean isOpen(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    plant.close();
    meter.close();
    if (broker != null) {
      broker.close();
    }
  }
}

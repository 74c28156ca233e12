package dev.sluice.benchmarks;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A packaged gateway with one serial line and no uplink. */
final class BusRig implements AutoCloseable {

  private final int slaves;
  private final int httpPort = PathRig.freePort();
  private final Program gateway;

  /**
   * Starts it.
   *
   * @param port of the line
   * @param slaves units 1 to so many, each read as soon and as often as by default
   */
  BusRig(String port, int slaves) throws IOException {
    this.slaves = slaves;
    Path directory = Repository.file("gateway/benchmarks/target/bus-rig");
    Scratch.clear(directory);
    Files.createDirectories(directory);
    Path configuration = directory.resolve("sluice.yaml");
    Files.writeString(configuration, configuration(port, directory));
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

  static String device(int unit) {
    return "u" + unit;
  }

  private String configuration(String port, Path directory) {
    var text = new StringBuilder();
    text.append("gateway: { id: bench }\nclock: { trust: always }\n");
    text.append("http: { port: ").append(httpPort).append(" }\n");
    text.append("outbox: { directory: \"").append(directory.resolve("outbox")).append("\" }\n");
    text.append("lines:\n  bus: { driver: modbus, serial: { port: ")
        .append(port)
        .append(", baud: 9600, parity: none } }\ndevices:\n");
    for (int unit = 1; unit <= slaves; unit++) {
      text.append("  %s:\n    line: bus\n    unit: %d\n".formatted(device(unit), unit));
      text.append("    points:\n");
      for (int i = 0; i < PacedLine.REGISTERS; i++) {
        text.append("      p%d: { at: holding %d }\n".formatted(i, i));
      }
    }
    return text.toString();
  }

  /** Whether every slave has answered. */
  boolean isPolling() throws IOException {
    if (!gateway.isRunning()) {
      throw new IOException("the gateway ended; see target/bus-rig/gateway.log");
    }
    try {
      return scrape().sum("sluice_device_up") == slaves;
    } catch (ConnectException e) {
      return false; // not yet up
    }
  }

  Scrape scrape() throws IOException {
    return Scrape.of(httpPort);
  }

  @Override
  public void close() {
    gateway.close();
  }
}

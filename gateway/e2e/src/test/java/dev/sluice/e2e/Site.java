package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the configuration of a gateway under test, key by key as a user would. */
final class Site {

  private final Path directory;
  private final int httpPort = FreePort.take();
  private final StringBuilder lines = new StringBuilder();
  private final StringBuilder devices = new StringBuilder();
  private String uplink = "";
  private String linger = "900ms";
  private String outbox = "";

  Site(Path directory) {
    this.directory = directory;
  }

  /** The load of the fault tests: 10 units on two lines, 50 points each at 4 Hz: 2,000 a second. */
  static Site twoThousandReadings(Path directory, LibmodbusServer server) {
    var site = new Site(directory);
    site.line("plc-a", server.port()).line("plc-b", server.port());
    for (int unit = 1; unit <= 10; unit++) {
      site.countingDevice(unit % 2 == 0 ? "plc-a" : "plc-b", unit, 50, "250ms");
    }
    return site;
  }

  Site line(String id, int port) {
    return line(id, "127.0.0.1", port);
  }

  Site line(String id, String host, int port) {
    return lineOf(id, "driver: modbus, tcp: { host: %s, port: %d }".formatted(host, port));
  }

  /** A serial line at 115200 8N1. */
  Site serialLine(String id, Path port) {
    return lineOf(
        id, "driver: modbus, serial: { port: \"%s\", baud: 115200, parity: none }".formatted(port));
  }

  /** A line with any keys, as they stand in a flow mapping. */
  Site lineOf(String id, String keys) {
    lines.append("  %s: { %s }\n".formatted(id, keys));
    return this;
  }

  /** A device with any further keys, each a line of its own, and points in flow style. */
  Site deviceOf(String id, String line, int unit, List<String> keys, Map<String, String> points) {
    devices.append("  %s:\n    line: %s\n    unit: %d\n".formatted(id, line, unit));
    keys.forEach(key -> devices.append("    ").append(key).append('\n'));
    devices.append("    points:\n");
    points.forEach((name, point) -> devices.append("      %s: %s\n".formatted(name, point)));
    return this;
  }

  /** A device {@code unit-N} of the libmodbus server: its counter and registers that follow it. */
  Site countingDevice(String line, int unit, int points, String every) {
    header("unit-" + unit, line, unit, every);
    devices.append("      counter: { at: \"holding 0\", type: uint32 }\n");
    for (int i = 2; i <= points; i++) {
      devices.append(
          String.format(Locale.ROOT, "      p%03d: { at: \"holding %d\", type: uint16 }\n", i, i));
    }
    return this;
  }

  /** A device with what a peer says it holds. */
  Site device(String id, String line, List<PeerPoint> points, String every) {
    header(id, line, 1, every);
    points.forEach(point -> devices.append("      %s: %s\n".formatted(point.name(), point.yaml())));
    return this;
  }

  private void header(String id, String line, int unit, String every) {
    devices.append(
        "  %s:\n    line: %s\n    unit: %d\n    every: %s\n    timeout: 3s\n    points:\n"
            .formatted(id, line, unit, every));
  }

  /** Without TLS; {@code extra} are further keys, each a line of its own. */
  Site uplink(int port, String... extra) {
    return uplink("tcp://127.0.0.1:" + port, extra);
  }

  Site uplink(String url, String... extra) {
    return uplinkTo(url, "e2e/{gateway}/readings", extra);
  }

  /** The same with another topic. */
  Site uplinkTo(String url, String topic, String... extra) {
    uplink =
        "  cloud:\n    connector: mqtt\n    url: \"%s\"\n    topic: \"%s\"\n".formatted(url, topic);
    for (String key : extra) {
      uplink += "    " + key + "\n";
    }
    return this;
  }

  /** Any uplinks, as they stand in the file. */
  Site uplinks(String text) {
    uplink = text;
    return this;
  }

  Site linger(String time) {
    linger = time;
    return this;
  }

  /** Further keys of the outbox, as they stand in a flow mapping. */
  Site outboxKeys(String keys) {
    outbox = ", " + keys;
    return this;
  }

  int httpPort() {
    return httpPort;
  }

  Path outbox() {
    return directory.resolve("outbox");
  }

  Path write() {
    String text =
        """
        gateway: { id: e2e }
        clock: { trust: always }
        http: { port: %d }
        lines:
        %sdevices:
        %suplinks:%s
        batch: { linger: %s }
        outbox: { directory: "%s"%s }
        """
            .formatted(
                httpPort,
                lines,
                devices,
                uplink.isEmpty() ? " {}" : "\n" + uplink.stripTrailing(),
                linger,
                outbox(),
                outbox);
    return write(text);
  }

  /** Writes any text as the configuration. */
  Path write(String text) {
    Path file = directory.resolve("sluice.yaml");
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

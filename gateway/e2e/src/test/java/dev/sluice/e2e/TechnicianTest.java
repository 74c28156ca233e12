package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a technician types in front of the cabinet. */
class TechnicianTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void readsWhatAPeerHoldsAndSaysWhatIsWrongWithTheRest() {
    try (var server = LibmodbusServer.start(2)) {
      PeerPoint point =
          server.points().stream()
              .filter(each -> each.at().startsWith("holding"))
              .findFirst()
              .get();
      Path site =
          new Site(directory)
              .line("plc", server.port())
              .countingDevice("plc", 1, 3, "1s")
              .countingDevice("plc", 9, 1, "1s")
              .write();

      try (var read = Distribution.command("read", site.toString(), "unit-1")) {
        assertThat(read.awaitExit(LIMIT)).as(read.output()).isZero();
        assertThat(read.lines()).contains("unit-1 on line plc");
        assertThat(read.output()).containsPattern("counter +1 +good +raw 1 uint32 +fc3 0\\.\\.");
      }
      try (var read =
          Distribution.command(
              "read", site.toString(), "unit-1", "--at", point.at(), "--type", point.type())) {
        assertThat(read.awaitExit(LIMIT)).as(read.output()).isZero();
        assertThat(read.output()).contains("good");
      }
      try (var read = Distribution.command("read", site.toString(), "unit-9")) {
        assertThat(read.awaitExit(LIMIT)).as(read.output()).isEqualTo(1);
        assertThat(read.output()).contains("gateway_target", "sluice: ");
      }
      try (var write = Distribution.command("write", site.toString(), "unit-1", "p002", "5")) {
        assertThat(write.awaitExit(LIMIT)).as(write.output()).isEqualTo(2);
        assertThat(write.output()).contains("must not be written to", "writable: true");
      }
    }
  }

  @Test
  void writesWhatMayBeWrittenAfterAYesAndReadsItBack() {
    try (var server = LibmodbusServer.start(1)) {
      Path site =
          new Site(directory)
              .write(
                  """
                  gateway: { id: x }
                  lines:
                    plc: { driver: modbus, tcp: { host: 127.0.0.1, port: %d } }
                  devices:
                    boiler:
                      line: plc
                      points:
                        setpoint: { at: holding 1000, type: float32, unit: C, writable: true }
                  """
                      .formatted(server.port()));
      try (var write = Distribution.command("write", site.toString(), "boiler", "setpoint", "55")) {
        write.write("y");
        assertThat(write.awaitExit(LIMIT)).as(write.output()).isZero();
        assertThat(write.output())
            .contains("then   55 C  (raw 55.0 float32)", "sends  fc16 1000..1001")
            .contains("the device confirmed it", "reads back 55.0 C");
      }
      try (var read = Distribution.command("read", site.toString(), "boiler")) {
        assertThat(read.awaitExit(LIMIT)).as(read.output()).isZero();
        assertThat(read.output()).containsPattern("setpoint +55\\.0 C +good");
      }
    }
  }

  @Test
  void scansASerialPortAndReadsWhatItFoundWithTheLinesThatItGot() throws IOException {
    Path port = directory.resolve("ttyTest");
    String snippet;
    try (var slave = RtuSlave.start(3, port);
        var scan =
            Distribution.command(
                "scan", "--port", slave.port().toString(), "--units", "1-5", "--baud", "9600")) {
      assertThat(scan.awaitExit(LIMIT)).as(scan.output()).isZero();
      assertThat(scan.output()).contains("found: 9600 8N1, address 3", "1 device found, 5 of 20");
      snippet = String.join("\n", scan.lines()).replaceFirst("(?s)^.*?\nlines:", "lines:");
    }
    Path site =
        Files.writeString(
            directory.resolve("pasted.yaml"),
            "gateway: { id: x }\n" + snippet.replace("at: input 0", "at: holding 0"));
    // The port of before went when the scan closed it.
    try (var slave = RtuSlave.start(3, port);
        var read = Distribution.command("read", site.toString(), "device-3")) {
      assertThat(read.awaitExit(LIMIT)).as(slave.port() + read.output()).isZero();
      assertThat(read.output()).contains("device-3 on line bus-1, 9600 8N1");
      assertThat(read.output()).containsPattern("first +4660 +good");
    }
  }

  @Test
  void whoInterruptsAScanGetsWhatWasFound() {
    try (var slave = RtuSlave.start(1, directory.resolve("ttyTest"));
        var scan =
            Distribution.command(
                "scan", "--port", slave.port().toString(), "--timeout", "500ms", "--all")) {
      Eventually.holds(
          "the scan finds the unit",
          LIMIT,
          () -> scan.printed(Pattern.compile("found: 9600 8N1, address 1"), 0),
          scan::output);
      scan.signal("INT");

      assertThat(scan.awaitExit(LIMIT)).as(scan.output()).isEqualTo(130);
      assertThat(scan.output())
          .contains("1 device found, ", "; interrupted, the rest was not asked", "device-1:");
    }
  }

  @Test
  void theStatusOfARunningGatewaySaysWhatIsUpAndWhatIsNot() {
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
              .countingDevice("plc", 1, 2, "200ms")
              .line("gone", FreePort.take())
              .uplink(FreePort.take());
      try (var gateway = Distribution.start(site)) {
        Eventually.holds(
            "the device is up and the other line tried",
            LIMIT,
            () -> {
              JsonObject lines = status(gateway).getJsonObject("lines");
              return lines
                      .getJsonObject("plc")
                      .getJsonObject("devices")
                      .getJsonObject("unit-1")
                      .getString("state")
                      .equals("up")
                  && lines.getJsonObject("gone").getLong("connect_failures") > 0;
            },
            () -> gateway.page("/status"));
        JsonObject status = status(gateway);
        assertThat(status.getJsonObject("gateway").getString("id")).isEqualTo("e2e");
        JsonObject gone = status.getJsonObject("lines").getJsonObject("gone");
        assertThat(gone.getString("state")).isEqualTo("down");
        assertThat(gone.getString("reason")).contains("refused the connection");
        JsonObject cloud = status.getJsonObject("uplinks").getJsonObject("cloud");
        assertThat(cloud.getBoolean("connected")).isFalse();
        assertThat(status.getJsonObject("outbox").getBoolean("writable")).isTrue();
        gateway.stopInOrder();
      }
    }
  }

  private static JsonObject status(Distribution gateway) {
    return new JsonObject(gateway.page("/status"));
  }
}

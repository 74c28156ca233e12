package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import dev.sluice.simulator.spec.PlantReader;
import dev.sluice.simulator.spec.PlantSpec;
import dev.sluice.simulator.spec.PointSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

class SluiceYamlTest {

  @TempDir private Path dir;

  private PlantSpec plant;
  private Map<String, Object> yaml;

  @BeforeEach
  void write() throws Exception {
    plant = PlantReader.read(null, OptionalLong.empty());
    Map<String, String> ports = new HashMap<>();
    plant.lines().forEach(line -> ports.put(line.id(), port(line, 20_000 + ports.size())));
    Path file = dir.resolve("ports");
    PortsFile.write(file, PortsFile.content(ports));
    var out = new ByteArrayOutputStream();
    int code =
        Simulator.run(
            terminal(out),
            "config",
            "--ports",
            file.toString(),
            "--broker",
            "tcp://127.0.0.1:1883",
            "--outbox",
            "/tmp/outbox",
            "--http",
            "8090");
    assertThat(code).isZero();
    yaml = new Yaml().load(out.toString(StandardCharsets.UTF_8));
  }

  private static String port(LineSpec line, int number) {
    return line.medium() instanceof Medium.Tcp ? Integer.toString(number) : "/run/" + line.id();
  }

  private static Terminal terminal(ByteArrayOutputStream out) {
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Terminal(new ByteArrayInputStream(new byte[0]), print, print);
  }

  @Test
  void containsEveryLineDeviceAndPointAndNoOther() {
    Map<String, Object> lines = at(yaml, "lines");
    Map<String, Object> devices = at(yaml, "devices");
    assertThat(lines.keySet())
        .containsExactlyElementsOf(plant.lines().stream().map(LineSpec::id).toList());
    assertThat(devices.keySet())
        .containsExactlyElementsOf(plant.devices().stream().map(DeviceSpec::id).toList());
    int points = 0;
    for (DeviceSpec device : plant.devices()) {
      Map<String, Object> found = at(devices, device.id(), "points");
      assertThat(found).containsKey("counter");
      for (PointSpec point : device.points()) {
        assertThat(found).containsKey(point.name());
      }
      points += found.size();
    }
    assertThat(points).isEqualTo(plant.points()).isGreaterThanOrEqualTo(200);
  }

  @Test
  void saysOfAPointWhatAGatewayMustKnow() {
    assertThat(at(yaml, "devices", "meter-2", "points", "counter"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("at", "input 0", "type", "uint32", "order", "CDAB"));
    assertThat(at(yaml, "devices", "meter-1", "points", "current_3"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("at", "input 10", "type", "int16", "scale", 0.1, "unit", "A"));
    assertThat(at(yaml, "devices", "compressor-1", "points", "model"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("at", "holding 200", "type", "string", "length", 8));
    assertThat(at(yaml, "devices", "compressor-1", "points", "warning"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("at", "holding 105.3", "type", "bool"));
    assertThat(at(yaml, "devices", "compressor-1", "points", "oil_temperature_1"))
        .containsEntry("unit", "°C");
  }

  @Test
  void saysWhereThingsAre() {
    assertThat(at(yaml, "lines", "hall", "tcp")).containsEntry("host", "127.0.0.1");
    assertThat(at(yaml, "lines", "bus-a", "serial"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "port",
                "/run/bus-a",
                "baud",
                9600,
                "dataBits",
                8,
                "parity",
                "none",
                "stopBits",
                1,
                "byteGap",
                "500ms"));
    assertThat(at(yaml, "lines", "bus-a")).containsOnlyKeys("driver", "serial");
    assertThat(at(yaml, "devices", "sensor-4")).containsEntry("unit", 17);
    assertThat(at(yaml, "devices", "scale-1"))
        .containsEntry("request", "READ\\r\\n")
        .containsEntry("delimiter", "\\r\\n")
        .containsEntry("every", "1s");
    assertThat(at(yaml, "lines", "weather"))
        .containsEntry("driver", "text")
        .containsOnlyKeys("driver", "serial");
    assertThat(at(yaml, "devices", "mast-1"))
        .doesNotContainKeys("request", "every")
        .containsEntry("checksum", Map.of("kind", "nmea"));
    assertThat(at(yaml, "devices", "mast-1", "points", "wind_speed"))
        .containsEntry("group", "windspeed");
    assertThat(at(yaml, "uplinks", "cloud"))
        .containsEntry("url", "tcp://127.0.0.1:1883")
        .containsEntry("topic", "site/{gateway}/readings")
        .containsEntry("compression", "zstd");
    assertThat(at(yaml, "outbox")).containsEntry("directory", "/tmp/outbox");
    assertThat(at(yaml, "http")).containsEntry("port", 8090);
  }

  @Test
  void asksForThePortsOfAPlantThatHasAnyFreeOne() {
    var out = new ByteArrayOutputStream();
    int code = Simulator.run(terminal(out), "config", "--broker", "tcp://h:1", "--outbox", "/o");
    assertThat(code).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("line hall: found port 0");
  }

  @Test
  void asksForTheDeviceFileOfASerialLine() throws Exception {
    Path file = dir.resolve("serial.yaml");
    Files.writeString(
        file,
        "lines: { a: { modbus: { serial: {}, devices: { d: { points: { x: { at: input 2,"
            + " signal: { constant: 1 } } } } } } } }");
    var out = new ByteArrayOutputStream();
    String[] command = {"config", file.toString(), "--broker", "tcp://h:1", "--outbox", "/o"};
    assertThat(Simulator.run(terminal(out), command)).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("line a: found port nowhere, expected the path of a device file");
  }

  @Test
  void readsThePortsThatItWroteOnlyAsAWhole() throws Exception {
    assertThat(Files.list(dir)).containsExactly(dir.resolve("ports"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> at(Map<String, Object> map, String... keys) {
    Map<String, Object> at = map;
    for (String key : keys) {
      assertThat(at).containsKey(key);
      at = (Map<String, Object>) at.get(key);
    }
    return at;
  }
}

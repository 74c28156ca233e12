package dev.sluice.driver.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.tcp.TestLine;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModbusSettingsTest {

  private final Vertx vertx = Vertx.vertx();
  private final TestLine context = new TestLine(vertx, vertx.createNetClient());

  @AfterEach
  void close() {
    TestLine.await(vertx.close());
  }

  private Line line(String json) throws SettingsException {
    return new ModbusDriver().createLine(new LineSettings("plc", new JsonObject(json)), context);
  }

  private Device device(String json, String... points) throws SettingsException {
    List<PointSettings> list = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      list.add(new PointSettings("p" + i, new JsonObject(points[i])));
    }
    return line("{\"tcp\": {\"host\": \"plc\"}}")
        .addDevice(new DeviceSettings("meter", new JsonObject(json), list), new QuietDevice());
  }

  private static List<SettingsProblem> problems(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    SettingsException refused = catchThrowableOfType(SettingsException.class, call);
    assertThat(refused).as("settings that should be refused").isNotNull();
    return refused.problems();
  }

  private static List<String> guesses(String point) {
    return new ModbusDriver()
        .guesses(new JsonObject(point)).stream()
            .map(guess -> guess.getString("type") + " " + guess.getString("order", ""))
            .toList();
  }

  @Test
  void aRegisterIsGuessedInEveryTypeAndOrderOnce() throws SettingsException {
    List<String> guesses = guesses("{\"at\": \"holding 100\", \"type\": \"int32\"}");
    assertThat(guesses)
        .hasSize(2 + 6 * 4)
        .doesNotHaveDuplicates()
        .startsWith("uint16 ", "int16 ", "float32 ABCD", "float32 CDAB");
    assertThat(guesses("{\"at\": \"holding 65535\"}")).containsExactly("uint16 ", "int16 ");
    assertThat(guesses("{\"at\": \"holding 0\", \"length\": 4}"))
        .endsWith("string ABCD", "string BADC");
    assertThat(guesses("{\"at\": \"coil 3\"}")).hasSize(1);
    assertThat(guesses("{\"at\": \"nowhere\"}")).as("its own refusal tells more").hasSize(1);
    for (JsonObject guess : new ModbusDriver().guesses(new JsonObject("{\"at\": \"input 7\"}"))) {
      assertThat(device("{}", guess.encode())).isNotNull();
    }
  }

  @Test
  void theDriverIsFoundByItsName() {
    assertThat(ServiceLoader.load(Driver.class)).extracting(Driver::type).containsExactly("modbus");
  }

  @Test
  void everyKeyOfTheSchemaIsDescribed() {
    DriverSchema schema = new ModbusDriver().schema();

    assertThat(schema.line().getJsonObject("properties").fieldNames())
        .containsExactly(
            "tcp", "pipelining", "connectTimeout", "framing", "baud", "byteGap", "echo", "serial");
    assertThat(schema.device().getJsonObject("properties").fieldNames())
        .containsExactly(
            "unit",
            "pauseBefore",
            "pauseAfter",
            "turnaround",
            "lateReplyWindow",
            "maxRegisters",
            "maxBits",
            "maxGap",
            "writeWith",
            "maxWriteRegisters",
            "maxWriteBits",
            "testRefused");
    assertThat(schema.point().getJsonObject("properties").fieldNames())
        .containsExactly("at", "type", "order", "length");
    for (JsonObject fragment : List.of(schema.line(), schema.device(), schema.point())) {
      described(fragment);
    }
  }

  private static void described(JsonObject object) {
    assertThat(object.getString("type")).isEqualTo("object");
    for (Map.Entry<String, Object> property : object.getJsonObject("properties")) {
      JsonObject json = (JsonObject) property.getValue();
      assertThat(json.getString("description")).as(property.getKey()).isNotBlank().endsWith(".");
      if (json.containsKey("properties")) {
        described(json);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'tcp': {'host': '10.0.0.5'}}",
        "{'tcp': {'host': 'plc', 'port': 1502}, 'pipelining': 16, 'connectTimeout': '500ms'}",
        "{'driver': 'modbus', 'tcp': {'host': '::1'}, 'connectTimeout': '10s'}"
      })
  void goodLinesOpenNothing(String json) throws SettingsException {
    Line line = line(json.replace('\'', '"'));

    assertThat(line.concurrency()).isEqualTo(json.contains("16") ? 16 : 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                              | tcp            | nothing",
        "{'tcp': 5}                                      | tcp            | 5",
        "{'tcp': {'port': 502}}                          | tcp/host       | nothing",
        "{'tcp': {'host': ' ', 'port': 502}}             | tcp/host       | '\" \"'",
        "{'tcp': {'host': 7}}                            | tcp/host       | 7",
        "{'tcp': {'host': true}}                         | tcp/host       | true",
        "{'tcp': {'host': 'x', 'port': 0}}               | tcp/port       | 0",
        "{'tcp': {'host': 'x', 'port': 65536}}           | tcp/port       | 65536",
        "{'tcp': {'host': 'x', 'port': '502'}}           | tcp/port       | '\"502\"'",
        "{'tcp': {'host': 'x'}, 'pipelining': 17}        | pipelining     | 17",
        "{'tcp': {'host': 'x'}, 'pipelining': 0}         | pipelining     | 0",
        "{'tcp': {'host': 'x'}, 'connectTimeout': '5'}   | connectTimeout | '\"5\"'",
        "{'tcp': {'host': 'x'}, 'connectTimeout': 5}     | connectTimeout | 5",
        "{'tcp': {'host': 'x'}, 'connectTimeout': '99ms'} | connectTimeout | '\"99ms\"'",
        "{'tcp': {'host': 'x'}, 'connectTimeout': '11s'} | connectTimeout | '\"11s\"'"
      },
      quoteCharacter = '`')
  void aBadLineIsRefusedAtItsPath(String json, String path, String found) {
    List<SettingsProblem> problems = problems(() -> line(json.replace('\'', '"')));

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).path()).isEqualTo(path);
    assertThat(problems.get(0).found()).isEqualTo(found.replace("'", ""));
    assertThat(problems.get(0).expected()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'at': 'coil 3'                                              | BOOL    | fc1 3",
        "'at': 'discrete 65535', 'type': 'bool'                      | BOOL    | fc2 65535",
        "'at': 'holding 100'                                         | UINT16  | fc3 100",
        "'at': 'holding 100.15'                                      | BOOL    | fc3 100",
        "'at': ' input   0 ', 'type': 'float32', 'order': 'DCBA'     | FLOAT32 | fc4 0..1",
        "'at': 'input 65532', 'type': 'uint64'                       | UINT64  | fc4 65532..65535",
        "'at': 'input 0', 'type': 'string', 'length': 125            | STRING  | fc4 0..124",
        "'at': 'input 0', 'type': 'string', 'length': 1, 'order': 'BADC' | STRING | fc4 0",
        "'at': 'input 7', 'type': 'int16', 'scale': 0.1, 'unit': 'V' | INT16   | fc4 7"
      },
      quoteCharacter = '`')
  void goodPointsAreRead(String keys, ValueType type, String read) throws SettingsException {
    Device device = device("{}", "{" + keys.replace('\'', '"') + "}");

    assertThat(device.type(0)).isEqualTo(type);
    assertThat(device.plan(new int[] {0}).get(0).describe()).isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                             | at     | nothing | table and a zero-based",
        "'at': 40001                                  | at     | 40001   | table and a zero-based",
        "'at': '40001'                                | at     | `40001` | table and a zero-based",
        "'at': 'holdng 1'                             | at     | `holdng 1` | holding 100",
        "'at': 'holding'                              | at     | `holding` | holding 100",
        "'at': 'holding -1'                           | at     | `holding -1` | holding 100",
        "'at': 'holding 1.2.3'                        | at     | `holding 1.2.3` | holding 100",
        "'at': 'holding 65536'                        | at     | `holding 65536` | at most 65535",
        "'at': 'holding 99999999999'                  | at     | `holding 99999999999` | at most 65535",
        "'at': 'holding 1.16'                         | at     | `holding 1.16` | bit from 0 to 15",
        "'at': 'coil 1.2'                             | at     | `coil 1.2` | coil 1",
        "'at': 'holding 65535', 'type': 'float32'     | at     | `holding 65535` | at most 65534",
        "'at': 'input 65533', 'type': 'int64'         | at     | `input 65533` | at most 65532",
        "'at': 'input 65530', 'type': 'string', 'length': 7 | at | `input 65530` | at most 65529",
        "'at': 'holding 1', 'type': 'bool'            | at     | `holding 1` | a bit of the register",
        "'at': 'coil 1', 'type': 'float32'            | type   | `float32` | bool",
        "'at': 'discrete 1', 'type': 'uint16'         | type   | `uint16` | bool",
        "'at': 'holding 1.2', 'type': 'uint16'        | type   | `uint16` | bool",
        "'at': 'holding 1', 'type': 'real'            | type   | `real` | one of bool, int16",
        "'at': 'holding 1', 'type': 'decimal'         | type   | `decimal` | one of bool, int16",
        "'at': 'holding 1', 'type': 16                | type   | 16 | one of bool, int16",
        "'at': 'holding 1', 'order': 'CDAB'           | order  | `CDAB` | no order",
        "'at': 'coil 1', 'order': 'ABCD'              | order  | `ABCD` | no order",
        "'at': 'holding 1', 'type': 'int32', 'order': 'ACBD' | order | `ACBD` | ABCD, CDAB",
        "'at': 'holding 1', 'type': 'int32', 'order': 4321 | order | 4321 | ABCD, CDAB",
        "'at': 'holding 1', 'type': 'string', 'length': 2, 'order': 'CDAB' | order | `CDAB` | ABCD or BADC",
        "'at': 'holding 1', 'type': 'string'          | length | nothing | number of registers",
        "'at': 'holding 1', 'type': 'string', 'length': 0 | length | 0 | 1 to 125",
        "'at': 'holding 1', 'type': 'string', 'length': 126 | length | 126 | 1 to 125",
        "'at': 'holding 1', 'type': 'string', 'length': 51 | length | 51 | at most 50",
        "'at': 'holding 1', 'type': 'uint32', 'length': 2 | length | 2 | no length"
      },
      quoteCharacter = '~')
  void aBadPointIsRefusedAtItsPath(String keys, String key, String found, String expected) {
    String json = "{" + (keys == null ? "" : keys.replace('\'', '"')) + "}";

    List<SettingsProblem> problems =
        problems(() -> device("{\"maxRegisters\": 50}", "{\"at\": \"coil 1\"}", json));

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).path()).isEqualTo("points/p1/" + key);
    assertThat(problems.get(0).found()).isEqualTo(found.replace('`', '"'));
    assertThat(problems.get(0).expected()).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "unit, -1",
    "unit, 256",
    "unit, 1.5",
    "maxRegisters, 0",
    "maxRegisters, 126",
    "maxBits, 0",
    "maxBits, 2001",
    "maxGap, -1",
    "maxGap, 125",
    "writeWith, 6",
    "writeWith, '\"mask\"'",
    "maxWriteRegisters, 124",
    "maxWriteBits, 0"
  })
  void aBadDeviceIsRefusedAtItsPath(String key, String value) {
    List<SettingsProblem> problems =
        problems(() -> device("{\"" + key + "\": " + value + "}", "{\"at\": \"input 0\"}"));

    assertThat(problems)
        .extracting(SettingsProblem::path, SettingsProblem::found)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(key, value));
  }

  @Test
  void aTypeWiderThanTheDeviceAllowsIsRefused() {
    assertThat(
            problems(
                () ->
                    device(
                        "{\"maxRegisters\": 3}", "{\"at\": \"input 0\", \"type\": \"float64\"}")))
        .extracting(SettingsProblem::toString)
        .containsExactly(
            "points/p0/type: found \"float64\", expected at most 3 registers; the point needs 4;"
                + " maxRegisters of the device forbids it");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThat(
            problems(
                () ->
                    device(
                        "{\"unit\": 300, \"maxBits\": \"many\"}",
                        "{\"at\": \"coil 1.2\", \"type\": \"x\", \"order\": \"y\", \"length\": 1}",
                        "{\"at\": \"input 0\"}",
                        "{\"at\": \"input 1\", \"type\": \"string\"}")))
        .extracting(SettingsProblem::path)
        .containsExactly(
            "unit",
            "maxBits",
            "points/p0/at",
            "points/p0/type",
            "points/p0/order",
            "points/p2/length");
  }

  @Test
  void theLimitsOfADeviceShapeItsReads() throws SettingsException {
    String[] points =
        IntStream.range(0, 30)
            .mapToObj(i -> "{\"at\": \"input " + 2 * i + "\"}")
            .toArray(String[]::new);
    int[] all = IntStream.range(0, 30).toArray();

    assertThat(device("{}", points).plan(all)).hasSize(30);
    assertThat(device("{\"maxGap\": 1}", points).plan(all)).hasSize(1);
    assertThat(device("{\"maxGap\": 1, \"maxRegisters\": 20}", points).plan(all))
        .hasSize(3)
        .allSatisfy(poll -> assertThat(poll.busNanos()).isZero());
  }
}

package dev.sluice.simulator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlantReaderTest {

  private static final String GOOD =
      """
      plant: test
      lines:
        hall:
          modbus:
            port: 0
            devices:
              meter-1:
                unit: 1
                counter: { at: input 4, order: CDAB }
                points:
                  voltage: { at: input 0, type: float32, repeat: 2, signal: { constant: 230 } }
                faults:
                  - { after: 10s, for: 5s, fault: delay 500ms }
        bus:
          modbus:
            serial: { baud: 9600, dataBits: 8, parity: odd, stopBits: 2 }
            devices:
              sensor-1:
                unit: 247
                points:
                  level: { at: holding 0, signal: { constant: 3 } }
                faults:
                  - { after: 20s, for: 3s, fault: unplug }
        scale:
          text:
            devices:
              scale-1:
                request: READ
                format: "N{counter} W{weight}"
                points:
                  weight: { decimals: 2, signal: { noise: { mean: 50, deviation: 1 } } }
      """;

  @Test
  void readsWhatThePackageDescribes() throws PlantException {
    PlantSpec plant = PlantReader.parse(GOOD, OptionalLong.empty());
    var meter = (DeviceSpec.Modbus) plant.devices().get(0);
    assertThat(meter.counter().at()).isEqualTo("input 4");
    assertThat(meter.counter().order()).isEqualTo(RegisterOrder.CDAB);
    assertThat(meter.points())
        .extracting(PointSpec.Register::name, PointSpec.Register::address)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("voltage_1", 0),
            org.assertj.core.groups.Tuple.tuple("voltage_2", 2));
    assertThat(meter.faults())
        .containsExactly(
            new FaultStep(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                new Fault.Delay(Duration.ofMillis(500))));
    assertThat(plant.points()).isEqualTo(7);
    assertThat(plant.lines().get(0).medium()).isEqualTo(new Medium.Tcp(0));
    assertThat(plant.lines().get(1).medium())
        .isEqualTo(new Medium.Serial(9600, 8, Medium.Parity.ODD, 2))
        .hasToString("9600 8O2");
  }

  @Test
  void carriesADemoPlantOfTheSizePromised() throws Exception {
    PlantSpec plant = PlantReader.read(null, OptionalLong.empty());
    assertThat(plant.lines()).hasSizeGreaterThanOrEqualTo(4);
    assertThat(plant.devices()).hasSize(13);
    assertThat(plant.points()).isEqualTo(251);
    assertThat(plant.lines())
        .anySatisfy(line -> assertThat(line.devices()).hasSizeGreaterThanOrEqualTo(2));
    assertThat(plant.devices()).filteredOn(DeviceSpec.Text.class::isInstance).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: 0          | port: 70000        | lines.hall.modbus.port: found 70000",
        "port: 0          | port: x            | lines.hall.modbus.port: found \"x\"",
        "port: 0          | prot: 0            | lines.hall.modbus.prot: found an unknown key",
        "unit: 1          | unit: 256          | meter-1.unit: found 256",
        "at: input 0      | at: inputs 0       | voltage.at: found \"inputs 0\"",
        "at: input 0      | at: input 65535    | voltage.at: found \"input 65535\"",
        "at: input 0      | at: input 3        | expected an address beside the counter at input 4",
        "at: input 0      | at: coil 0         | for bool only",
        "type: float32    | type: float16      | voltage.type: found \"float16\"",
        "repeat: 2        | repeat: 0          | voltage.repeat: found 0",
        "{ constant: 230 }| { constant: a }    | signal.constant: found \"a\"",
        "{ constant: 230 }| { drift: { from: 1 } } | signal.drift.to: found nothing",
        "{ constant: 230 }| { text: abc }      | voltage.signal: found a text",
        "{ constant: 230 }| { }                | voltage.signal: found nothing",
        "delay 500ms      | delay              | faults[0].fault: found \"delay\"",
        "after: 10s       | after: 10          | faults[0].after: found 10",
        "request: READ    | checksum: crc      | scale-1.checksum: found \"crc\"",
        "request: READ    | checksum: nmea     | expected a $ at its beginning",
        "W{weight}        | W                  | expected exactly one {weight} in it",
        "scale-1:         | meter-1:           | found a second device of this name",
        "meter-1:         | 1meter:            | found the name \"1meter\"",
        "modbus:          | opcua:             | lines.hall.opcua: found an unknown key",
        "baud: 9600       | baud: 1            | lines.bus.modbus.serial.baud: found 1",
        "dataBits: 8      | dataBits: 9        | serial.dataBits: found 9",
        "parity: odd      | parity: mark       | expected one of none, even, odd",
        "stopBits: 2      | byteGap: 2         | serial.byteGap: found an unknown key",
        "unit: 247        | unit: 248          | sensor-1.unit: found 248",
        "fault: unplug    | fault: drop        | expected a fault of serial lines",
        "delay 500ms      | damage 5%          | expected a fault of TCP lines",
        "order: CDAB      | order: CADB        | counter.order: found \"CADB\"",
        "plant: test      | plant: [            | found ",
        "plant: test      | lines: {}           | duplicate key lines",
      })
  void saysWhereSomethingIsWrongWhatWasFoundAndWhatExpected(
      String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatExceptionOfType(PlantException.class)
        .isThrownBy(() -> PlantReader.parse(GOOD.replace(good, bad), OptionalLong.empty()))
        .withMessageContaining(message)
        .withMessageContaining("expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "[]", "lines: {}", "lines: { a: { modbus: {}, text: {} } }"})
  void refusesWhatIsNoPlantAtAll(String text) {
    assertThatExceptionOfType(PlantException.class)
        .isThrownBy(() -> PlantReader.parse(text, OptionalLong.empty()));
  }

  @Test
  void refusesAFileThatIsTooBig(@org.junit.jupiter.api.io.TempDir Path dir) throws Exception {
    Path big = dir.resolve("big.yaml");
    java.nio.file.Files.writeString(big, "#".repeat((1 << 20) + 1));
    assertThatExceptionOfType(PlantException.class)
        .isThrownBy(() -> PlantReader.read(big, OptionalLong.empty()))
        .withMessageContaining("1048577 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "silence",
        "delay 500ms",
        "exception 4",
        "wrong-length",
        "drop",
        "late 1500ms 10%",
        "damage 0.5%",
        "noise before 5%",
        "noise in 100%",
        "noise after 1%",
        "unplug"
      })
  void readsBackEveryFaultItPrints(String words) {
    assertThat(Fault.parse(words)).hasToString(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "silent",
        "delay 5",
        "delay -1s",
        "exception 256",
        "drop now",
        "late 1s",
        "late 1s 0%",
        "damage",
        "damage 101%",
        "damage 5",
        "noise 5%",
        "noise inside 5%",
        "unplug 3s"
      })
  void refusesFaultsItDoesNotKnow(String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.parse(words))
        .withMessageContaining("expected");
  }

  @Test
  void aLineHasOneMedium() {
    String both = GOOD.replace("serial: {", "port: 0\n      serial: {");
    assertThatExceptionOfType(PlantException.class)
        .isThrownBy(() -> PlantReader.parse(both, OptionalLong.empty()))
        .withMessage("lines.bus.modbus: found both, expected one of port, serial");
  }

  @Test
  void readsForHowLongAFaultIsGiven() {
    assertThat(FaultOrder.parse("unplug for 3s"))
        .isEqualTo(new FaultOrder(new Fault.Unplug(), Duration.ofSeconds(3)));
    assertThat(FaultOrder.parse(" damage 2.5% "))
        .isEqualTo(new FaultOrder(new Fault.Damage(2.5), null));
    assertThatIllegalArgumentException().isThrownBy(() -> FaultOrder.parse("silence for"));
  }

  @Test
  void givesTheSameValuesForTheSameSeedOnly() throws PlantException {
    assertThat(weight(7)).isEqualTo(weight(7)).isNotEqualTo(weight(8));
  }

  private static double weight(long seed) throws PlantException {
    PlantSpec plant = PlantReader.parse(GOOD, OptionalLong.of(seed));
    Signal signal = plant.devices().get(2).points().get(0).signal();
    return ((Signal.Numeric) signal).at(12_345_678_901L);
  }
}

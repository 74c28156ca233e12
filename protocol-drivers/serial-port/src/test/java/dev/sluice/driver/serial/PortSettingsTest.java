package dev.sluice.driver.serial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fazecast.jSerialComm.SerialPort;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PortSettingsTest {

  private final ArrayList<SettingsProblem> problems = new ArrayList<>();

  private PortOptions read(String json) {
    return PortSettings.read(new JsonObject(json), "serial", problems);
  }

  @Test
  void defaultsAreWhatModbusAsksFor() {
    PortOptions options = read("{'port': '/dev/ttyS1'}".replace('\'', '"'));

    assertThat(problems).isEmpty();
    assertThat(options)
        .isEqualTo(
            new PortOptions(
                "/dev/ttyS1", 19_200, 8, Parity.EVEN, 1, null, PortOptions.DEFAULT_BYTE_GAP));
    assertThat(options.speed()).isEqualTo("19200 8E1");
    assertThat(options.charBits()).isEqualTo(11);
  }

  @Test
  void everyKeyIsRead() {
    PortOptions options =
        read(
            """
            {"port": " /dev/ttyS1 ", "baud": 2400, "dataBits": 7, "parity": "odd", "stopBits": 2,
             "byteGap": "1s", "rs485": {"rtsWhileSending": "low", "delayBefore": "1ms",
             "delayAfter": "2ms", "receiveWhileSending": true, "termination": true}}
            """);

    assertThat(problems).isEmpty();
    assertThat(options)
        .isEqualTo(
            new PortOptions(
                "/dev/ttyS1",
                2400,
                7,
                Parity.ODD,
                2,
                new Rs485(false, 1, 2, true, true),
                Duration.ofSeconds(1)));
    // 1 start, 7 data, 1 parity and 2 stop bits.
    assertThat(options.charNanos()).isEqualTo(11 * 1_000_000_000L / 2400);
  }

  @Test
  void everythingThatIsWrongIsTold() {
    read(
        """
        {"port": "", "baud": 0, "dataBits": 9, "parity": "both", "stopBits": 1.5, "byteGap": "0ms",
         "rs485": {"rtsWhileSending": "up", "delayBefore": "1s"}}
        """);

    assertThat(problems)
        .extracting(SettingsProblem::path)
        .containsExactlyInAnyOrder(
            "serial/port",
            "serial/baud",
            "serial/dataBits",
            "serial/parity",
            "serial/stopBits",
            "serial/byteGap",
            "serial/rs485/rtsWhileSending",
            "serial/rs485/delayBefore");
  }

  /** A pseudo-terminal takes any speed and parity, so this looks at what the library was told. */
  @Test
  void theLibraryIsToldWhatWasConfigured() {
    try (Pty pty = Pty.open()) {
      for (Parity parity : Parity.values()) {
        SerialPort port = SerialPort.getCommPort(pty.device().toString());
        Wire.configure(
            port,
            new PortOptions(
                pty.device().toString(), 57_600, 7, parity, 2, null, PortOptions.DEFAULT_BYTE_GAP));
        assertThat(port.getBaudRate()).isEqualTo(57_600);
        assertThat(port.getNumDataBits()).isEqualTo(7);
        assertThat(port.getNumStopBits()).isEqualTo(SerialPort.TWO_STOP_BITS);
        assertThat(port.getFlowControlSettings()).isEqualTo(SerialPort.FLOW_CONTROL_DISABLED);
        assertThat(port.getParity())
            .isEqualTo(
                switch (parity) {
                  case NONE -> SerialPort.NO_PARITY;
                  case EVEN -> SerialPort.EVEN_PARITY;
                  case ODD -> SerialPort.ODD_PARITY;
                  case MARK -> SerialPort.MARK_PARITY;
                  case SPACE -> SerialPort.SPACE_PARITY;
                });
      }
    }
  }
}

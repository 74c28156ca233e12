package dev.sluice.driver.modbus;

import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.modbus.rtu.BusOptions;
import dev.sluice.driver.modbus.rtu.Echo;
import dev.sluice.driver.modbus.rtu.Framing;
import dev.sluice.driver.modbus.tcp.TcpOptions;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.PortSettings;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what is configured for a line: a TCP connection, or a serial port. */
final class LineReader {

  private static final int DEFAULT_PORT = 502;
  private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MIN_BYTE_GAP = Duration.ofMillis(1);
  private static final Duration MAX_BYTE_GAP = Duration.ofSeconds(10);
  private static final String FRAMINGS = "tcp, rtu or ascii";

  private final LineSettings settings;
  private final List<SettingsProblem> problems = new ArrayList<>();
  private final SettingsReader line;

  private LineReader(LineSettings settings) {
    this.settings = settings;
    this.line = new SettingsReader(settings.json(), "", problems);
  }

  /** How a line is reached: Modbus TCP, or a bus. One of them is null. */
  record Reached(@Nullable TcpOptions tcp, @Nullable BusOptions bus) {}

  static Reached read(LineSettings settings) throws SettingsException {
    return new LineReader(settings).read();
  }

  private Reached read() throws SettingsException {
    boolean serial = line.has("serial");
    if (serial == line.has("tcp")) {
      line.problem(
          serial ? "serial" : "tcp",
          serial ? "serial or tcp, not both" : "tcp with host and port, or serial with a port",
          "");
      throw new SettingsException(problems);
    }
    String framing = framing(serial);
    Reached reached =
        serial ? new Reached(null, port(framing)) : connection(framing.equals("tcp"), framing);
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return reached;
  }

  private String framing(boolean serial) {
    String usual = serial ? "rtu" : "tcp";
    if (!line.has("framing")) {
      return usual;
    }
    String word = line.text("framing", FRAMINGS, "");
    if (word == null) {
      return usual;
    }
    boolean known = word.equals("rtu") || word.equals("ascii");
    if (!known && (serial || !word.equals("tcp"))) {
      line.problem(
          "framing",
          serial ? "rtu or ascii" : FRAMINGS,
          serial ? "frames of Modbus TCP do not go over a serial port" : "");
      return usual;
    }
    return word;
  }

  private BusOptions port(String framing) {
    for (String key : List.of("pipelining", "connectTimeout", "baud", "byteGap")) {
      if (line.has(key)) {
        line.problem(
            key,
            "nothing beside serial",
            key.equals("baud") || key.equals("byteGap") ? "it belongs into serial" : "");
      }
    }
    JsonObject json = line.object("serial", "an object with port, baud and parity");
    PortOptions port = PortSettings.read(json, "serial", problems);
    if (port.dataBits() < (framing.equals("rtu") ? 8 : 7)) {
      problems.add(
          new SettingsProblem(
              "serial/dataBits",
              Integer.toString(port.dataBits()),
              framing.equals("rtu") ? "8" : "7 or 8",
              framing.equals("rtu") ? "RTU frames need every bit; 7 is for framing: ascii" : ""));
    }
    return new BusOptions(
        settings.id(),
        Framing.valueOf(framing.toUpperCase(Locale.ROOT)),
        port,
        null,
        port.baud(),
        port.byteGap(),
        echo());
  }

  private Reached connection(boolean modbusTcp, String framing) {
    TcpOptions tcp = tcp();
    if (modbusTcp) {
      for (String key : List.of("baud", "byteGap", "echo")) {
        if (line.has(key)) {
          line.problem(key, "nothing with framing: tcp", "it is for framing: rtu and ascii");
        }
      }
      return new Reached(tcp, null);
    }
    if (tcp.pipelining() != 1) {
      line.problem(
          "pipelining", "1 with framing: " + framing, "its frames do not tell which is which");
    }
    return new Reached(
        null,
        new BusOptions(
            settings.id(),
            Framing.valueOf(framing.toUpperCase(Locale.ROOT)),
            null,
            tcp,
            line.integer("baud", 0, 50, 4_000_000),
            line.duration("byteGap", BusOptions.DEFAULT_BYTE_GAP, MIN_BYTE_GAP, MAX_BYTE_GAP),
            echo()));
  }

  private Echo echo() {
    String word = line.has("echo") ? line.text("echo", "auto, yes or no", "") : "auto";
    return switch (word == null ? "auto" : word) {
      case "auto" -> Echo.UNKNOWN;
      case "yes" -> Echo.YES;
      case "no" -> Echo.NO;
      default -> {
        line.problem("echo", "auto, yes or no", "");
        yield Echo.UNKNOWN;
      }
    };
  }

  private TcpOptions tcp() {
    JsonObject json = line.object("tcp", "an object with host and port");
    var tcp = new SettingsReader(json, "tcp/", problems);
    String host = tcp.text("host", "a name or an address", "for example 10.0.0.5");
    if (host == null || host.isBlank()) {
      host = "";
      // Without the object, one problem says enough; of another type, its own has been noted.
      if (!json.isEmpty() && (!tcp.has("host") || json.getValue("host") instanceof String)) {
        tcp.problem("host", "a name or an address", "for example 10.0.0.5");
      }
    }
    return new TcpOptions(
        host.strip(),
        tcp.integer("port", DEFAULT_PORT, 1, 65_535),
        line.integer("pipelining", 1, 1, TcpOptions.MAX_PIPELINING),
        line.duration(
            "connectTimeout",
            TcpOptions.DEFAULT_CONNECT_TIMEOUT,
            MIN_CONNECT_TIMEOUT,
            TcpOptions.MAX_CONNECT_TIMEOUT));
  }
}

package dev.sluice.driver.text;

import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.PortSettings;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what is configured for a line: a TCP connection, or a serial port. */
final class LineReader {

  private static final int USUAL_BAUD = 9_600;
  private static final String USUAL_PARITY = "none";

  private LineReader() {}

  /**
   * How a line is reached. One of the first two is null.
   *
   * @param echo whether what is sent comes back before the answer
   */
  record Reached(@Nullable TcpTarget tcp, @Nullable PortOptions port, boolean echo) {}

  static Reached read(LineSettings settings) throws SettingsException {
    var problems = new ArrayList<SettingsProblem>();
    var line = new SettingsReader(settings.json(), "", problems);
    boolean serial = line.has("serial");
    Reached reached;
    if (serial == line.has("tcp")) {
      line.problem(
          serial ? "serial" : "tcp",
          serial ? "serial or tcp, not both" : "tcp with host and port, or serial with a port",
          "");
      throw new SettingsException(problems);
    } else if (serial) {
      JsonObject json = line.object("serial", "an object with port, baud and parity");
      PortOptions port = PortSettings.read(withDefaults(json), "serial", problems);
      reached = new Reached(null, port, echo(line));
    } else {
      reached = new Reached(tcp(line, problems), null, echo(line));
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return reached;
  }

  /** The schema of {@code serial}, with what such devices usually have: 9600 8N1. */
  static JsonObject portSchema() {
    JsonObject schema = PortSettings.schema();
    JsonObject properties = schema.getJsonObject("properties");
    properties.getJsonObject("baud").put("default", USUAL_BAUD);
    properties
        .getJsonObject("parity")
        .put("default", USUAL_PARITY)
        .put("description", "Parity bit of a character.");
    properties.getJsonObject("stopBits").put("description", "Stop bits of a character.");
    properties
        .getJsonObject("byteGap")
        .put("description", "Not used by this driver: frames say for themselves where they end.");
    return schema;
  }

  private static JsonObject withDefaults(JsonObject serial) {
    JsonObject usual = new JsonObject().put("baud", USUAL_BAUD).put("parity", USUAL_PARITY);
    return usual.mergeIn(serial);
  }

  private static boolean echo(SettingsReader line) {
    return line.word("echo", "no", List.of("no", "yes")).equals("yes");
  }

  private static TcpTarget tcp(SettingsReader line, List<SettingsProblem> problems) {
    JsonObject json = line.object("tcp", "an object with host and port");
    var tcp = new SettingsReader(json, "tcp/", problems);
    String host = tcp.text("host", "").strip();
    if (host.isEmpty()) {
      tcp.problem("host", "a name or an address", "for example 10.0.0.5");
    }
    if (!tcp.has("port")) {
      tcp.problem("port", "a port from 1 to 65535", "");
    }
    return new TcpTarget(host, tcp.integer("port", 1, 1, 65_535));
  }
}

package dev.sluice.driver.modbus;

import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.modbus.tcp.TcpOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;

/** Reads what is configured for a line. */
final class LineReader {

  private static final int DEFAULT_PORT = 502;
  private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);

  private LineReader() {}

  static TcpOptions read(LineSettings settings) throws SettingsException {
    var problems = new ArrayList<SettingsProblem>();
    var line = new SettingsReader(settings.json(), "", problems);
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
    var options =
        new TcpOptions(
            host.strip(),
            tcp.integer("port", DEFAULT_PORT, 1, 65_535),
            line.integer("pipelining", 1, 1, TcpOptions.MAX_PIPELINING),
            line.duration(
                "connectTimeout",
                TcpOptions.DEFAULT_CONNECT_TIMEOUT,
                MIN_CONNECT_TIMEOUT,
                TcpOptions.MAX_CONNECT_TIMEOUT));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return options;
  }
}

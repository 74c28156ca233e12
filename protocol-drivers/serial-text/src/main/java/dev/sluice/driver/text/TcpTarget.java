package dev.sluice.driver.text;

import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;

/**
 * Where a line connects to.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
record TcpTarget(String host, int port) {

  static TcpTarget of(LineSettings settings) throws SettingsException {
    var problems = new ArrayList<SettingsProblem>();
    JsonObject tcp = settings.json().getJsonObject("tcp", new JsonObject());
    String host = tcp.getString("host", "").strip();
    int port = tcp.getInteger("port", 0);
    if (host.isEmpty()) {
      problems.add(
          new SettingsProblem(
              "tcp/host", Escapes.quote(tcp.getString("host", "")), "a name or an address", ""));
    }
    if (port < 1 || port > 65_535) {
      problems.add(
          new SettingsProblem("tcp/port", String.valueOf(port), "a port from 1 to 65535", ""));
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new TcpTarget(host, port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

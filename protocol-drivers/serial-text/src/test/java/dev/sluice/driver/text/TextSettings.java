package dev.sluice.driver.text;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.testkit.Refused;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Settings that both sorts of devices share. */
final class TextSettings {

  private TextSettings() {}

  static LineSettings line(String host, int port) {
    return new LineSettings(
        "text-1",
        new JsonObject().put("tcp", new JsonObject().put("host", host).put("port", port)));
  }

  static List<Refused<LineSettings>> refusedLines() {
    return List.of(new Refused<>(line(" ", 65_536), Set.of("tcp/host", "tcp/port")));
  }

  static List<Refused<DeviceSettings>> refusedDevices() {
    return List.of(
        new Refused<>(
            new DeviceSettings(
                "wrong",
                new JsonObject()
                    .put("request", "READ\\q")
                    .put("delimiter", "\\x0")
                    .put("pattern", "(?<a>.) and (?<b>.)"),
                List.of(
                    TextPeer.point("fine", "a", null),
                    TextPeer.point("absent", "c", null),
                    TextPeer.point("odd", "b", "roman"))),
            Set.of("request", "delimiter", "points/absent/group", "points/odd/type")),
        new Refused<>(
            new DeviceSettings(
                "broken",
                new JsonObject().put("delimiter", "123456789").put("pattern", "(?<a>."),
                List.of(TextPeer.point("p", "a", null))),
            Set.of("delimiter", "pattern")));
  }
}

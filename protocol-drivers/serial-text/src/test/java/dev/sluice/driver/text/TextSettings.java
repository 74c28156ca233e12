package dev.sluice.driver.text;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
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
    JsonObject both = line("a", 1).json().copy().put("serial", new JsonObject());
    JsonObject port = new JsonObject().put("baud", 7).put("port", "");
    return List.of(
        new Refused<>(line(" ", 65_536), Set.of("tcp/host", "tcp/port")),
        new Refused<>(new LineSettings("text-1", both), Set.of("serial")),
        new Refused<>(new LineSettings("text-1", new JsonObject()), Set.of("tcp")),
        new Refused<>(
            new LineSettings("text-1", new JsonObject().put("serial", port).put("echo", "loud")),
            Set.of("serial/port", "serial/baud", "echo")));
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
            Set.of("delimiter", "pattern")),
        refused(
            """
            {"frame": {"by": "gap", "length": 5, "start": "x", "silence": "1ms"}, "delimiter": "x",
             "checksum": {"kind": "xor", "behindEnd": true}, "separator": ""}
            """,
            "{\"column\": 0}",
            Set.of(
                "frame/length",
                "frame/start",
                "frame/silence",
                "delimiter",
                "checksum",
                "separator",
                "points/p/column")),
        refused(
            """
            {"frame": {"by": "length"}, "request": "{address}{checksum}",
             "switchBaud": true}
            """,
            "{\"byte\": 1, \"binary\": \"float16\", \"length\": 3}",
            Set.of(
                "frame/offset",
                "request",
                "requestChecksum",
                "switchBaud",
                "points/p/binary",
                "points/p/length")),
        refused(
            "{\"frame\": {\"by\": \"fixed\"}, \"address\": 1, \"checksum\": {\"as\": \"roman\"}}",
            "{\"group\": \"a\", \"order\": \"big\"}",
            Set.of(
                "frame/length",
                "address",
                "checksum/kind",
                "checksum/as",
                "points/p/group",
                "points/p/order")),
        refused("{}", "{\"byte\": 1}", Set.of("points/p/length")),
        refused("{}", "{\"column\": 1, \"byte\": 1}", Set.of("points/p/byte")),
        refused("{}", "{\"at\": \"weight\"}", Set.of("points/p/group")),
        refused(
            "{\"profile\": \"nmea0183\", \"pattern\": \"x\", \"request\": \"y\"}",
            "{\"at\": \"GGA\", \"group\": \"a\"}",
            Set.of("pattern", "request", "points/p/at", "points/p/group")),
        refused(
            "{\"profile\": \"scale\", \"checksum\": {\"kind\": \"xor\"}}",
            "{\"at\": \"colour\", \"type\": \"string\"}",
            Set.of("checksum", "points/p/at", "points/p/type")),
        refused(
            "{\"profile\": \"iec62056-21\", \"address\": \"a!b\", \"switchBaud\": true}",
            "{\"at\": \"1.8.0 #0\"}",
            Set.of("address", "switchBaud", "points/p/at")),
        refused("{\"profile\": \"toaster\"}", "{\"at\": \"x\"}", Set.of("profile")));
  }

  /** A device with one point {@code p} on a line over TCP. */
  private static Refused<DeviceSettings> refused(String device, String point, Set<String> paths) {
    return new Refused<>(
        new DeviceSettings(
            "wrong",
            new JsonObject(device),
            List.of(new PointSettings("p", new JsonObject(point)))),
        paths);
  }
}

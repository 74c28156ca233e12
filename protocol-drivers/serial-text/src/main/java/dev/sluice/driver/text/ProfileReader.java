package dev.sluice.driver.text;

import dev.sluice.driver.PointSettings;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.text.frame.Checksum;
import dev.sluice.driver.text.frame.DelimiterFramer;
import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a device that is of a kind which is known here. */
final class ProfileReader {

  private static final List<String> PROFILES =
      List.of("nmea0183", "scale", "scale-sics", "iec62056-21");
  private static final List<String> DEVICE_KEYS =
      List.of(
          "request",
          "requestChecksum",
          "address",
          "parameters",
          "delimiter",
          "frame",
          "checksum",
          "pattern",
          "separator",
          "switchBaud");
  private static final List<String> POINT_KEYS =
      List.of("group", "column", "byte", "length", "binary", "order");

  /** A sentence has at most 82 characters by the standard; some senders do not care. */
  private static final int LONGEST_LINE = 512;

  private final SettingsReader device;
  private final List<PointSettings> points;
  private final List<SettingsProblem> problems;

  ProfileReader(SettingsReader device, List<PointSettings> points, List<SettingsProblem> problems) {
    this.device = device;
    this.points = points;
    this.problems = problems;
  }

  /** The form of the device; null if its profile is not known, which is noted. */
  @Nullable DeviceForm read(boolean serial) {
    String profile = device.text("profile", "");
    List<SettingsReader> readers = new ArrayList<>();
    for (PointSettings point : points) {
      var reader = new SettingsReader(point.json(), "points/" + point.name() + "/", problems);
      for (String key : POINT_KEYS) {
        if (reader.has(key)) {
          reader.problem(key, "nothing with a profile", "say with at which value it is");
        }
      }
      readers.add(reader);
    }
    return switch (profile) {
      case "nmea0183" -> nmea(readers);
      case "scale" -> scale(ScaleFormat.A_AND_D, readers, device.has("request") ? "Q\\r\\n" : null);
      case "scale-sics" -> scale(ScaleFormat.SICS, readers, "SI\\r\\n");
      case "iec62056-21" -> meter(readers, serial);
      default -> {
        device.problem("profile", "one of " + String.join(", ", PROFILES), "");
        yield null;
      }
    };
  }

  private void only(String... keys) {
    Set<String> allowed = new HashSet<>(List.of(keys));
    for (String key : DEVICE_KEYS) {
      if (device.has(key) && !allowed.contains(key)) {
        device.problem(key, "nothing with this profile", "leave profile out to say all yourself");
      }
    }
  }

  private Supplier<Framer> lines(byte[] start, @Nullable Checksum checksum) {
    byte[] end = device.bytes("delimiter", "\\r\\n", 8);
    return () -> new DelimiterFramer(start, end, 0, LONGEST_LINE, checksum);
  }

  private DeviceForm nmea(List<SettingsReader> readers) {
    only("delimiter");
    var sentences = NmeaSentences.read(readers);
    return new DeviceForm(lines(new byte[] {'$'}, Checksum.NMEA), sentences, null);
  }

  private DeviceForm scale(
      ScaleFormat format, List<SettingsReader> readers, @Nullable String request) {
    only("delimiter", "request");
    var extraction = ScaleExtraction.read(format, readers);
    Supplier<Framer> framer = lines(new byte[0], null);
    if (request == null) {
      return new DeviceForm(framer, extraction, null);
    }
    Buffer bytes = Buffer.buffer(device.bytes("request", request, 64));
    return new DeviceForm(framer, extraction, new OneRequest(bytes, framer, extraction));
  }

  private DeviceForm meter(List<SettingsReader> readers, boolean serial) {
    only("address", "switchBaud");
    boolean switches = device.flag("switchBaud", serial);
    if (switches && !serial) {
      device.problem("switchBaud", "false over tcp", "the port is not here to be switched");
    }
    Object given = device.value("address");
    String address = given == null ? "" : given.toString();
    if (!address.matches("[0-9A-Za-z ]{0,32}")) {
      device.problem("address", "up to 32 letters and digits", "");
    }
    var extraction = ObisExtraction.read(readers);
    return new DeviceForm(
        MeterReadout::block, extraction, new MeterReadout(address, switches, extraction));
  }
}

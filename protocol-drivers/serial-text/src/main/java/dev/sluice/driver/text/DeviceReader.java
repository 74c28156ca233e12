package dev.sluice.driver.text;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.text.frame.Checksum;
import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads what is configured for a device. */
final class DeviceReader {

  private final DeviceSettings settings;
  private final List<SettingsProblem> problems = new ArrayList<>();
  private final SettingsReader device;

  private DeviceReader(DeviceSettings settings) {
    this.settings = settings;
    this.device = new SettingsReader(settings.json(), "", problems);
  }

  /**
   * Reads a device's settings.
   *
   * @param serial whether the line is a port whose speed can be changed
   * @throws SettingsException with all that is wrong with them
   */
  static DeviceForm read(DeviceSettings settings, boolean serial) throws SettingsException {
    var reader = new DeviceReader(settings);
    DeviceForm form =
        reader.device.has("profile")
            ? new ProfileReader(reader.device, settings.points(), reader.problems).read(serial)
            : reader.form();
    if (form == null || !reader.problems.isEmpty()) {
      throw new SettingsException(reader.problems);
    }
    return form;
  }

  private DeviceForm form() {
    if (device.has("switchBaud")) {
      device.problem("switchBaud", "nothing without profile: iec62056-21", "");
    }
    Supplier<Framer> framer = new FrameReader(device).read();
    LinePattern pattern = pattern();
    String separator = device.text("separator", ",");
    if (separator.isEmpty()) {
      device.problem("separator", "at least one character", "\" \" for any number of blanks");
    }
    var places = new ArrayList<Place>();
    for (PointSettings point : settings.points()) {
      String prefix = "points/" + point.name() + "/";
      var json = new SettingsReader(point.json(), prefix, problems);
      places.add(new PlaceReader(json, pattern, device.has("pattern")).read());
    }
    var extraction = new FieldExtraction(pattern, separator, places);
    return new DeviceForm(framer, extraction, asking(framer, extraction));
  }

  private @Nullable Asking asking(Supplier<Framer> framer, Extraction extraction) {
    if (!device.has("request")) {
      for (String key : List.of("requestChecksum", "parameters", "address")) {
        if (device.has(key)) {
          device.problem(key, "nothing without request", "");
        }
      }
      return null;
    }
    Checksum checksum =
        device.has("requestChecksum") ? new FrameReader(device).checksum("requestChecksum") : null;
    JsonObject parameters =
        device.has("parameters")
            ? device.object("parameters", "an object with texts and numbers")
            : new JsonObject();
    Buffer request = RequestTemplate.fill(device, parameters, checksum);
    return new OneRequest(request, framer, extraction);
  }

  private @Nullable LinePattern pattern() {
    if (!device.has("pattern")) {
      return null;
    }
    String regex = device.text("pattern", "");
    try {
      return new LinePattern(regex);
    } catch (PatternSyntaxException e) {
      device.problem(
          "pattern", "a regular expression", e.getDescription() + " at character " + e.getIndex());
      return null;
    }
  }
}

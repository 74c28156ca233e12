package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.uplink.connector.WatsonOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How devices are called on the platform. A name that it does not allow is mapped: what is not
 * allowed becomes {@code _}, what is too long is cut, and a checksum of the whole name keeps it
 * apart from others. The same name is mapped the same way each time.
 */
final class ThingNames {

  private static final Logger LOG = LoggerFactory.getLogger(ThingNames.class);

  private static final Pattern FORBIDDEN = Pattern.compile("[^A-Za-z0-9._-]");
  private static final int MOST = 36;

  /** Of a mapped name in front of its checksum: a dash and eight digits. */
  private static final int KEPT = MOST - 9;

  /** Devices that are remembered; who had more would see some of their commands refused. */
  private static final int MAX_KNOWN = 20_000;

  private final WatsonForm form;
  private final String event;
  private final Map<String, Thing> things = new HashMap<>();
  private final Map<Thing, String> devices = new HashMap<>();
  private final Map<String, String> mapped = new TreeMap<>();

  ThingNames(WatsonForm form) {
    this.form = form;
    this.event =
        allowed(
            form.options()
                .event()
                .replace("{gateway}", form.gateway())
                .replace("{uplink}", form.uplink()));
  }

  /** Name of the event that readings are. */
  String event() {
    return event;
  }

  /** A field device. */
  Thing of(String device) {
    Thing known = things.get(device);
    if (known != null) {
      return known;
    }
    WatsonOptions options = form.options();
    String type =
        options
            .deviceTypes()
            .getOrDefault(device, options.deviceType())
            .replace("{gateway}", form.gateway())
            .replace("{device}", device);
    var thing = new Thing(allowed(type), allowed(device));
    if (things.size() >= MAX_KNOWN) {
      things.clear();
      devices.clear();
    }
    things.put(device, thing);
    devices.put(thing, device);
    return thing;
  }

  /** The device that a topic names; null when nothing was said of it yet. */
  @Nullable String device(Thing thing) {
    return devices.get(thing);
  }

  /** Names that were mapped, by what they became. */
  Map<String, String> mapped() {
    return mapped;
  }

  private String allowed(String name) {
    if (WatsonOptions.NAME.matcher(name).matches()) {
      return name;
    }
    var checksum = new CRC32();
    checksum.update(name.getBytes(StandardCharsets.UTF_8));
    String clean = FORBIDDEN.matcher(name).replaceAll("_");
    String cut = clean.substring(0, Math.min(KEPT, clean.length()));
    String result = String.format(Locale.ROOT, "%s-%08x", cut, checksum.getValue());
    if (mapped.put(result, name) == null) {
      LOG.atWarn()
          .addKeyValue("uplink", form.uplink())
          .addKeyValue("name", name)
          .addKeyValue("mapped", result)
          .log("a name that the platform does not allow is mapped");
    }
    return result;
  }
}

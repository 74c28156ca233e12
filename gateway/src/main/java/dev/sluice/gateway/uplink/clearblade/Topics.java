package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of what is said and heard. Devices are named as the registry names them. */
final class Topics {

  /** What has this device id in topics is of no device; see the topics of {@code mqtt}. */
  private static final String OURS = "_sluice";

  private static final Pattern FORM =
      Pattern.compile("/devices/([^/]+)/(events|state|config|commands|errors)(?:/(.*))?");

  /** As registries have them; a plus sign, which they allow, cannot stand in a topic. */
  private static final Pattern REGISTRABLE = Pattern.compile("[A-Za-z][A-Za-z0-9._~%-]{2,254}");

  /**
   * A topic in its parts.
   *
   * @param rest what follows the kind and its slash, or empty
   */
  record Parts(String device, String kind, String rest) {}

  private final String gateway;
  private final String template;
  private final String folder;

  /**
   * Those of one gateway.
   *
   * @param gateway id of this gateway by its own configuration
   */
  Topics(ClearbladeOptions options, String gateway) {
    this.gateway = options.device();
    this.template = options.deviceId().replace("{gateway}", gateway);
    this.folder = options.subfolder().isEmpty() ? "" : "/" + options.subfolder();
  }

  /** The gateway as the registry knows it. */
  String gateway() {
    return gateway;
  }

  /** As the registry knows a device of ours; a leading underscore is written as in topics. */
  String registered(String device) {
    String level = device.startsWith("_") ? "%5F" + device.substring(1) : device;
    return template.replace("{device}", level);
  }

  static boolean isRegistrable(String id) {
    return REGISTRABLE.matcher(id).matches();
  }

  /** For messages of mqtt: where readings go. */
  String eventsTemplate(boolean perDevice) {
    return of(perDevice ? template : gateway, "events") + folder;
  }

  /** The device of which events are in this topic; empty when they are of none. */
  String reader(String eventsTopic) {
    Parts parts = parts(eventsTopic);
    return parts == null || parts.device().equals(template.replace("{device}", OURS))
        ? ""
        : parts.device();
  }

  /** The topic for the same events in the name of the gateway. */
  String own(String eventsTopic) {
    Parts parts = parts(eventsTopic);
    String rest = parts == null || parts.rest().isEmpty() ? "" : "/" + parts.rest();
    return of(gateway, "events") + rest;
  }

  String answers() {
    return of(gateway, "events") + "/answers";
  }

  static String state(String id) {
    return of(id, "state");
  }

  static String attach(String id) {
    return of(id, "attach");
  }

  static String detach(String id) {
    return of(id, "detach");
  }

  /** What a device is told. Commands come only to a filter with the wildcard. */
  static List<String> heardBy(String id) {
    return List.of(of(id, "config"), of(id, "commands") + "/#");
  }

  List<String> subscriptions() {
    List<String> heard = heardBy(gateway);
    return List.of(of(gateway, "errors"), heard.get(0), heard.get(1));
  }

  /** Null when it is no topic of the platform. */
  static @Nullable Parts parts(String topic) {
    Matcher form = FORM.matcher(topic);
    return form.matches()
        ? new Parts(form.group(1), form.group(2), form.group(3) == null ? "" : form.group(3))
        : null;
  }

  private static String of(String id, String kind) {
    return "/devices/" + id + "/" + kind;
  }
}

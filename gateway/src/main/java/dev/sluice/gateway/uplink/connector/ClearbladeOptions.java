package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A device of Google Cloud IoT Core's contract, as ClearBlade IoT Core keeps it.
 *
 * @param project that owns the registry
 * @param region of the registry, for example {@code us-central1}
 * @param registry of the device
 * @param device what the gateway is called in the registry
 * @param audience for whom tokens are; as a rule the project
 * @param key PEM file with the private key that signs tokens
 * @param tokenLifetime of a token, 10 s to 24 h
 * @param attach whether field devices are attached, so that each speaks under its own name
 * @param deviceId template of what a field device is called in the registry, with {gateway}
 *     {device}
 * @param unattached what becomes of what cannot be attached
 * @param detach when a device is detached
 * @param subfolder of events; empty for none
 * @param form of the payloads, not one of a value each
 * @param compression of the payloads
 * @param stateEvery between two states of one device, 1 s to 1 h
 * @param retry how long a device whose attach is refused is left alone at first, 1 s to 1 h
 */
public record ClearbladeOptions(
    String project,
    String region,
    String registry,
    String device,
    String audience,
    Path key,
    Duration tokenLifetime,
    boolean attach,
    String deviceId,
    Unattached unattached,
    Detach detach,
    String subfolder,
    Form form,
    Compression compression,
    Duration stateEvery,
    Duration retry)
    implements ConnectorOptions {

  /** Records a second, when nobody says otherwise: 100 may come, and there is more than records. */
  public static final int RECORDS = 80;

  /** A second, each way. */
  public static final long BYTES = 512_000;

  /** Of a payload of events. */
  public static final int EVENT_BYTES = 256 << 10;

  /** Whatever the keep-alive says, a connection without traffic is closed after 20 minutes. */
  public static final Duration IDLE = Duration.ofMinutes(20);

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._~%:-]{1,255}");
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z][A-Za-z0-9._~%-]{2,254}");
  private static final int MAX_FOLDER = 256;

  /** Where what a device read goes while it is not attached. */
  public enum Unattached {
    /** To the gateway's own topic of events. */
    GATEWAY,
    /** To the dead letters, from where it can be sent again. */
    KEEP
  }

  /** When a device is detached. */
  public enum Detach {
    /** When it is configured no more. */
    REMOVED,
    /** Also while it does not answer. */
    DOWN
  }

  /** Who a connection is, to the platform. */
  public String clientId() {
    return "projects/%s/locations/%s/registries/%s/devices/%s"
        .formatted(project, region, registry, device);
  }

  @Override
  public String word() {
    return "clearblade";
  }

  @Override
  public int usualMessageRate() {
    return RECORDS;
  }

  @Override
  public long usualByteRate() {
    return BYTES;
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    part("project", project, problems);
    part("region", region, problems);
    part("registry", registry, problems);
    if (!DEVICE.matcher(device).matches()) {
      add(problems, "device", device, "3 to 255 letters, digits or -._~%, the first a letter");
    }
    if (!deviceId.contains("{device}")) {
      add(problems, "deviceId", deviceId, "{device} in it, as each has a name of its own");
    }
    String plain = deviceId.replace("{device}", "abc").replace("{gateway}", "abc");
    if (!DEVICE.matcher(plain).matches()) {
      add(
          problems,
          "deviceId",
          deviceId,
          "letters, digits or -._~%, the first a letter, and the names {gateway} and {device}");
    }
    if (!isFolder(subfolder)) {
      add(problems, "subfolder", subfolder, "names without + and #, with / between them");
    }
    if (form.isPerPoint()) {
      problems.add(
          new SettingsProblem(
              "form",
              "'" + form.word() + "'",
              "json, cbor, senml-json or senml-cbor",
              "the topics of the platform have no place for a point"));
    }
    return List.copyOf(problems);
  }

  private static boolean isFolder(String folder) {
    return folder.isEmpty()
        || (folder.getBytes(StandardCharsets.UTF_8).length <= MAX_FOLDER
            && folder.chars().noneMatch(c -> "+#{}".indexOf(c) >= 0 || c < ' ')
            && !folder.startsWith("/")
            && !folder.endsWith("/")
            && !folder.contains("//"));
  }

  private static void part(String key, String value, List<SettingsProblem> problems) {
    if (!PART.matcher(value).matches()) {
      add(problems, key, value, "its id, without /");
    }
  }

  private static void add(
      List<SettingsProblem> problems, String key, String found, String expected) {
    problems.add(
        new SettingsProblem(
            "clearblade/" + key, "'" + found + "'", expected, "it becomes part of names"));
  }
}

package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A gateway of IBM Watson IoT Platform, or of a product that keeps its contract.
 *
 * @param organization of the platform
 * @param type device type of the gateway
 * @param id of the gateway, unique in its type
 * @param deviceType template with {gateway} and {device}: device type of field devices
 * @param deviceTypes of single devices, by device
 * @param event template with {gateway} and {uplink}: name of the event that readings are
 * @param lifetime for how long the gateway asks to be managed; 0 for ever
 * @param managed whether it asks to be managed at all
 * @param settle so long after its acknowledgment the platform may still complain of a message
 * @param retry how long a device of which the platform takes nothing is held back at first
 */
public record WatsonOptions(
    String organization,
    String type,
    String id,
    String deviceType,
    Map<String, String> deviceTypes,
    String event,
    Duration lifetime,
    boolean managed,
    Duration settle,
    Duration retry)
    implements ConnectorOptions {

  /** Of the 100 that the platform takes: on the way they come closer, and answers go beside. */
  private static final int MESSAGES_PER_SECOND = 80;

  /** What the platform takes. */
  private static final long BYTES_PER_SECOND = 400_000;

  /** User name of all that log in with a token. */
  public static final String USER = "use-token-auth";

  /** What a type, an id or a name may be. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,36}");

  private static final Duration SHORTEST = Duration.ofHours(1);

  public WatsonOptions {
    deviceTypes = Map.copyOf(deviceTypes);
  }

  /** As the platform knows this connection. */
  public String clientId() {
    return "g:" + organization + ":" + type + ":" + id;
  }

  @Override
  public String word() {
    return "watson-iot";
  }

  @Override
  public int usualMessageRate() {
    return MESSAGES_PER_SECOND;
  }

  @Override
  public long usualByteRate() {
    return BYTES_PER_SECOND;
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    name("watson-iot/type", type, problems);
    name("watson-iot/id", id, problems);
    if (!lifetime.isZero() && lifetime.compareTo(SHORTEST) < 0) {
      problems.add(
          new SettingsProblem(
              "watson-iot/lifetime",
              lifetime.toString(),
              "0s, or from 1h on",
              "the platform takes nothing shorter; 0s is for ever"));
    }
    return List.copyOf(problems);
  }

  private static void name(String path, String value, List<SettingsProblem> problems) {
    if (!NAME.matcher(value).matches()) {
      problems.add(
          new SettingsProblem(
              path,
              "'" + value + "'",
              "1 to 36 letters, digits, '.', '_' and '-'",
              "it becomes part of the client id"));
    }
  }
}

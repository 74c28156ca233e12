package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A gateway of ThingsBoard.
 *
 * @param clientId template with {gateway} and {uplink}
 * @param token access token of the gateway; null when it logs in with user name and password, with
 *     a certificate, or is provisioned
 * @param profile device profile of the devices behind it
 * @param profiles of single devices, by device
 * @param quality whether a quality that is not good is told beside the values
 * @param provision how the gateway gets its login; null when it has one
 */
public record ThingsboardOptions(
    String clientId,
    @Nullable String token,
    String profile,
    Map<String, String> profiles,
    boolean quality,
    @Nullable Provision provision)
    implements ConnectorOptions {

  /** What the server takes of a packet unless it is told otherwise. */
  private static final int MESSAGE_BYTES = 64 << 10;

  public ThingsboardOptions {
    profiles = Map.copyOf(profiles);
  }

  /**
   * What the server wants to know before it makes a device.
   *
   * @param host whom to ask
   * @param port 1 to 65535
   * @param encrypted whether with TLS
   * @param proxy through which; null for none
   * @param key of the device profile
   * @param secret of the device profile
   * @param deviceName how the gateway is to be called there
   */
  public record Provision(
      String host,
      int port,
      boolean encrypted,
      @Nullable ProxyServer proxy,
      String key,
      String secret,
      String deviceName) {

    /** Says nothing of key and secret. */
    @Override
    public String toString() {
      return "provision as " + deviceName;
    }
  }

  /** The device profile of a device. */
  public String profileOf(String device) {
    return profiles.getOrDefault(device, profile);
  }

  @Override
  public int usualMessageBytes() {
    return MESSAGE_BYTES;
  }

  @Override
  public String word() {
    return "thingsboard";
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    if (token != null && provision != null) {
      problems.add(
          new SettingsProblem(
              "thingsboard/provision",
              "a token and how to get one",
              "one of them",
              "who has a token needs no provisioning"));
    }
    return List.copyOf(problems);
  }

  /** Says nothing of the token. */
  @Override
  public String toString() {
    return "thingsboard, profile " + profile + (provision == null ? "" : ", " + provision);
  }
}

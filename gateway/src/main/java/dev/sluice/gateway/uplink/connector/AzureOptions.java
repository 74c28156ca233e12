package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A device of an Azure IoT Hub. Its key, if it has one, is the password of its uplink.
 *
 * @param url of the hub, or of the provisioning service
 * @param proxy through which that is reached; null for none
 * @param device id of the device at the hub; with provisioning, of its registration
 * @param hub host name of the hub where the URL leads to something in front of it; empty for the
 *     host of the URL
 * @param tokenLife for which a token is made; a new one is used at three quarters of it or later
 * @param receives what is subscribed to
 * @param form of the payloads
 * @param compression of the payloads
 * @param provisioning null for a device that knows its hub
 */
public record AzureOptions(
    URI url,
    @Nullable ProxyServer proxy,
    String device,
    String hub,
    Duration tokenLife,
    Receives receives,
    Form form,
    Compression compression,
    @Nullable Provisioning provisioning)
    implements ConnectorOptions {

  /** The largest message that a hub takes, properties included, bytes. */
  public static final int MOST_BYTES = 256 << 10;

  /** Of the vendor's own clients (service: 29.45 min without a sign of life). */
  public static final Duration LONGEST_KEEP_ALIVE = Duration.ofSeconds(1_177);

  /** What a hub lets in at least, all of its devices together, messages in a second. */
  private static final int USUAL_RATE = 100;

  /** Without those of the vendor's that are wildcards or separators in MQTT and URLs. */
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._:,=@;$'()*?!-]{1,128}");

  private static final Pattern REGISTRATION = Pattern.compile("[A-Za-z0-9._:-]{0,127}[A-Za-z0-9-]");

  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

  /**
   * What is subscribed to; a hub of the tier Basic knows none of it.
   *
   * @param twin desired properties, which are answered with reported ones
   * @param methods direct methods
   * @param messages cloud-to-device messages
   */
  public record Receives(boolean twin, boolean methods, boolean messages) {

    /** Everything. */
    public static final Receives ALL = new Receives(true, true, true);
  }

  /**
   * Through the Device Provisioning Service.
   *
   * @param idScope of the service
   * @param groupKey whether the key is that of an enrolment group, from which the device's is made
   */
  public record Provisioning(String idScope, boolean groupKey) {}

  @Override
  public String word() {
    return "azure-iot";
  }

  @Override
  public int usualMessageRate() {
    return USUAL_RATE;
  }

  @Override
  public List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    if (!List.of("ssl", "mqtts", "wss").contains(String.valueOf(url.getScheme()))) {
      problems.add(
          new SettingsProblem(
              "url",
              url.getScheme() + "://",
              "ssl://, mqtts:// or wss://",
              "Azure takes TLS only"));
    }
    if (!(provisioning == null ? DEVICE : REGISTRATION).matcher(device).matches()) {
      problems.add(
          new SettingsProblem(
              "azure-iot/device",
              "'" + device + "'",
              provisioning == null
                  ? "1 to 128 letters, digits and - . _ : , = @ ; $ ' ( ) * ? !"
                  : "1 to 128 letters, digits and - . _ :, a letter, digit or - at the end",
              "as it is registered, to the case; it becomes part of topics"));
    }
    if (!hub.isEmpty() && !HOST.matcher(hub).matches()) {
      problems.add(
          new SettingsProblem(
              "azure-iot/hub", "'" + hub + "'", "a host name", "for example X.azure-devices.net"));
    }
    if (!hub.isEmpty() && provisioning != null) {
      problems.add(
          new SettingsProblem(
              "azure-iot/hub", "hub beside provisioning", "one of them", "the service says which"));
    }
    if (form.isPerPoint()) {
      problems.add(
          new SettingsProblem(
              "form", form.word(), "json, cbor, senml-json or senml-cbor", "topics are fixed"));
    }
    return List.copyOf(problems);
  }
}

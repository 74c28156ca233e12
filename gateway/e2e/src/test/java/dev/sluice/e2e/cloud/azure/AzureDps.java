package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Loopback;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The provisioning service that runs, in front of one hub. A device that registers is known to the
 * hub from then on, by the same key or certificate. Its methods may be called from any thread.
 */
public final class AzureDps implements AutoCloseable {

  /** Where every device asks first. */
  public static final String HOST = "global.azure-devices-provisioning.net";

  private static final String CERTIFICATE = "dps";

  private final String address = Loopback.take();
  private final Enrollments enrollments = new Enrollments();
  private final AzureIotHub hub;
  private final AtomicInteger early = new AtomicInteger();
  private final Emulation emulation;

  private AzureDps(String idScope, TestPki pki, AzureIotHub hub, Duration retryAfter) {
    this.hub = hub;
    pki.server(CERTIFICATE, List.of(HOST));
    var login = new DpsLogin(HOST, idScope, enrollments, Clock.systemUTC());
    var door = new Door("mqtt", address, Door.MQTT_PORT, pki, CERTIFICATE, List.of());
    var web =
        new Door("web", address, Door.WEB_PORT, pki, CERTIFICATE, List.of(), IotHub.WEB_SOCKET);
    this.emulation = Emulation.start(new Dps(this, login, retryAfter), List.of(door, web));
  }

  /** Starts one; every registration has to wait so long, in whole seconds. */
  public static AzureDps start(String idScope, TestPki pki, AzureIotHub hub, Duration retryAfter) {
    return new AzureDps(idScope, pki, hub, retryAfter);
  }

  /** Where {@link #HOST} leads. */
  public String address() {
    return address;
  }

  public Enrollments enrollments() {
    return enrollments;
  }

  public Emulation emulation() {
    return emulation;
  }

  /** How often a client asked before its time. */
  public int early() {
    return early.get();
  }

  void askedTooEarly() {
    early.incrementAndGet();
  }

  /** Gives a device its place, and says which. */
  JsonObject assign(String registrationId, JsonObject request) {
    String now = Instant.now().toString();
    var state =
        new JsonObject()
            .put("registrationId", registrationId)
            .put("createdDateTimeUtc", now)
            .put("lastUpdatedDateTimeUtc", now)
            .put("etag", "\"1\"");
    if (enrollments.isDisabled(registrationId)) {
      return state.put("status", "disabled");
    }
    Optional<String> thumbprint = enrollments.thumbprint(registrationId);
    thumbprint.ifPresentOrElse(
        sha256 -> hub.devices().withThumbprint(registrationId, sha256),
        () -> hub.devices().withKey(registrationId, enrollments.key(registrationId).orElseThrow()));
    if (request.containsKey("payload")) {
      state.put("payload", request.getValue("payload"));
    }
    return state
        .put("status", "assigned")
        .put("substatus", "initialAssignment")
        .put("assignedHub", hub.host())
        .put("deviceId", registrationId);
  }

  @Override
  public void close() {
    emulation.close();
  }
}

package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.CloudBroker;
import dev.sluice.e2e.cloud.broker.Limits;
import dev.sluice.e2e.cloud.broker.Received;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The platform for one organization, from its far side: what tests do and see there. */
public final class WatsonIot implements AutoCloseable {

  public static final String ORGANIZATION = "sl1ce7";

  /** Its clients' host name. */
  public static final String HOST = Bench.WATSON;

  /** Of the only application. */
  public static final String API_KEY = "a-" + ORGANIZATION + "-ktq0f6wbd3";

  public static final String API_TOKEN = "dJ4-FarEndToken";

  public static final int PAYLOAD_BYTES = 131_072;

  // Only on the broker's thread.
  private final Registrations registrations = new Registrations();
  private final DeviceManagement management = new DeviceManagement();
  private final Delivery delivery = new Delivery(registrations);
  private final Rules rules = new Rules(registrations, management, delivery);

  private final CloudBroker broker;

  private WatsonIot() {
    this.broker = CloudBroker.listen(rules);
  }

  public static WatsonIot listen() {
    return new WatsonIot();
  }

  public CloudBroker broker() {
    return broker;
  }

  public WatsonIot withDevice(Thing device, String token) {
    return with(device, token, false);
  }

  /** A gateway that speaks only for devices that are registered. */
  public WatsonIot withGateway(Thing gateway, String token) {
    return with(gateway, token, false);
  }

  /** A gateway that registers devices as it speaks for them. */
  public WatsonIot withPrivilegedGateway(Thing gateway, String token) {
    return with(gateway, token, true);
  }

  private WatsonIot with(Thing thing, String token, boolean privileged) {
    return broker.call(
        () -> {
          registrations.add(thing, token);
          if (privileged) {
            registrations.privilege(thing);
          }
          return this;
        });
  }

  /** No device of this type is registered from now on. */
  public void refuseToRegister(String type) {
    broker.call(
        () -> {
          registrations.refuse(type);
          return true;
        });
  }

  /** Devices of this type are registered again. */
  public void allowToRegister(String type) {
    broker.call(
        () -> {
          registrations.allow(type);
          return true;
        });
  }

  /** Changes what one connection may send: bytes of a payload, and messages in a second. */
  public void limit(int payloadBytes, int perSecond) {
    rules.limit(new Limits(2, payloadBytes, perSecond));
  }

  /** Events of a thing that were kept, in order; not those of failed registrations. */
  public List<Received> events(Thing thing) {
    return broker.call(() -> rules.events(thing));
  }

  public boolean knows(Thing thing) {
    return broker.call(() -> registrations.knows(thing));
  }

  /**
   * Sends a command to a device, by the gateway that it is behind or directly.
   *
   * @return whether somebody had subscribed to it; it is not kept otherwise
   */
  public boolean command(Thing device, String name, String format, Buffer payload) {
    return broker.call(() -> delivery.command(device, name + "/fmt/" + format, payload));
  }

  /** How a thing is managed, if it is. */
  public Optional<Managed> managed(Thing thing) {
    return broker.call(() -> management.managed(thing));
  }

  /** Whether somebody has subscribed to a request of device management about a thing. */
  public boolean listens(Thing thing, String action) {
    return broker.call(() -> delivery.listens(thing, action));
  }

  /**
   * Sends a request of device management.
   *
   * @param action the topic after version and thing, such as {@code mgmt/initiate/device/reboot}
   * @param d the request's data, empty for none
   * @return by which the answer is known
   */
  public String manage(Thing thing, String action, JsonObject d) {
    return broker.call(
        () -> {
          if (management.managed(thing).isEmpty()) {
            throw new IllegalStateException(thing + " is not managed");
          }
          JsonObject request = management.request(thing, d);
          delivery.management(thing, action, request.toBuffer());
          return request.getString("reqId");
        });
  }

  /** What a thing answered to a request, when it has. */
  public Optional<JsonObject> answer(String request) {
    return broker.call(() -> management.answer(request));
  }

  /** What a thing reported of the fields that are observed. */
  public List<JsonObject> notes(Thing thing) {
    return broker.call(() -> management.notes(thing));
  }

  @Override
  public void close() {
    broker.close();
  }
}

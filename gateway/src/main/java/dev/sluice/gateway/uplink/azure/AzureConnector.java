package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.MqttConnector;
import dev.sluice.gateway.uplink.connector.MqttForm;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A device of an Azure IoT Hub; see the documentation of this package. */
public final class AzureConnector implements Connector {

  private final AzureOptions options;
  private final String gateway;
  private final String uplink;
  private final ConnectorSite site;
  private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
  private final Unsettled unsettled = new Unsettled();
  private final HubLogin logins;
  private final MqttConnector words;
  private final Places places;
  private @Nullable Place twinOf;
  private TwinMemory memory = new TwinMemory();

  /**
   * Touches no file yet.
   *
   * @param gateway id of this gateway
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the hub sees it
   */
  public AzureConnector(
      AzureOptions options,
      String gateway,
      String uplink,
      int maxMessageBytes,
      ConnectorSite site) {
    this.options = options;
    this.gateway = gateway;
    this.uplink = uplink;
    this.site = site;
    this.places = places();
    this.logins = new HubLogin(options, site.time(), random);
    String topic = Telemetry.bag(options.form(), options.compression());
    this.words =
        new MqttConnector(
            new MqttForm(
                gateway,
                uplink,
                topic,
                "",
                options.form(),
                options.compression(),
                Telemetry.room(maxMessageBytes)),
            site.offsets(),
            site.current());
  }

  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    DeviceKey key;
    try {
      key = key(with);
    } catch (LinkException e) {
      return Future.failedFuture(e);
    }
    return places
        .next(with, key)
        .compose(
            place ->
                words
                    .begin(stream, with)
                    .map(
                        talk ->
                            conversation(place, key, new Telemetry(place.device(), stream, talk))));
  }

  private Places places() {
    AzureOptions.Provisioning service = options.provisioning();
    if (service == null) {
      String hub = options.hub().isEmpty() ? options.url().getHost() : options.hub();
      return Places.of(new Place(hub, options.device()));
    }
    Path state = site.state();
    PlaceFile file =
        state == null
            ? null
            : new PlaceFile(
                state.resolve("azure-iot-" + uplink + ".place"),
                options.url().getHost(),
                service.idScope(),
                options.device());
    return new ProvisionedPlaces(
        options, service, uplink, site.time(), site.complaints(), random, file);
  }

  private Conversation conversation(Place place, @Nullable DeviceKey key, Telemetry telemetry) {
    Context context = Vertx.currentContext();
    var voice = new Voice(Turns.of(context.owner(), context));
    var twin = new TwinRequests(voice, site.complaints(), random);
    String device = place.device();
    var inbox =
        new Inbox(
            options.receives(),
            device,
            twin,
            new DesiredChanges(uplink, site.requests(), memory(place), twin, site.complaints()),
            new MethodCalls(uplink, site.requests(), site.time(), voice, site.complaints()),
            new DeviceMessages(
                uplink,
                gateway,
                device,
                site.requests(),
                voice,
                site.complaints(),
                unsettled,
                random));
    return new AzureConversation(
        logins.of(place, key), telemetry, voice, inbox, places, site.complaints(), site.time());
  }

  /** Versions of another hub say nothing of this one. */
  private TwinMemory memory(Place place) {
    if (!place.equals(twinOf)) {
      twinOf = place;
      memory = new TwinMemory();
    }
    return memory;
  }

  /** Null for a device with a certificate. */
  private @Nullable DeviceKey key(Credentials with) throws LinkException {
    String text = with.password();
    if (text == null) {
      return null;
    }
    DeviceKey key = DeviceKey.of(text);
    AzureOptions.Provisioning service = options.provisioning();
    return service != null && service.groupKey() ? key.derived(options.device()) : key;
  }

  @Override
  public void close() {
    words.close();
  }
}

package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.MqttConnector;
import dev.sluice.gateway.uplink.connector.MqttForm;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A device of an Azure IoT Hub; see the documentation of this package. */
public final class AzureConnector implements Connector {

  private final AzureOptions options;
  private final HubLogin logins;
  private final MqttConnector words;

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
    RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
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
    String hub = options.hub().isEmpty() ? options.url().getHost() : options.hub();
    Place place = new Place(hub, options.device());
    return words
        .begin(stream, with)
        .map(
            talk ->
                new AzureConversation(
                    logins.of(place, key), new Telemetry(place.device(), stream, talk)));
  }

  /** Null for a device with a certificate. */
  private @Nullable DeviceKey key(Credentials with) throws LinkException {
    String text = with.password();
    return text == null ? null : DeviceKey.of(text);
  }

  @Override
  public void close() {
    words.close();
  }
}

package dev.sluice.gateway.uplink.azure;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.Login;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How a device introduces itself to its hub. */
final class HubLogin {

  private static final String API_VERSION = "2021-04-12";
  private static final String WEB_SOCKET = "/$iothub/websocket";

  /** With this, a hub asks a WebSocket for no client certificate. */
  private static final String NO_CERTIFICATE = "?iothub-no-client-cert=true";

  /** Tokens are renewed at a random part of their life, so that gateways do not come as one. */
  private static final double EARLIEST = 0.75;

  private static final double LATEST = 0.85;

  /** Of what a token is good for: connecting takes a while, and a clock may be a little behind. */
  private static final Duration ALLOWANCE = Duration.ofSeconds(30);

  private final AzureOptions options;
  private final TimeSource time;
  private final RandomGenerator random;

  HubLogin(AzureOptions options, TimeSource time, RandomGenerator random) {
    this.options = options;
    this.time = time;
    this.random = random;
  }

  /**
   * One, good from now on.
   *
   * @param key null for a device with a certificate
   */
  Login of(Place place, @Nullable DeviceKey key) {
    String username = place.hub() + "/" + place.device() + "/?api-version=" + API_VERSION;
    Login login = Login.of(place.device(), username, null);
    if (key != null) {
      String resource = place.hub() + "/devices/" + place.device();
      String token = SasToken.of(resource, key, expiry(), "");
      login = Login.of(place.device(), username, token).renewedAfter(renewal());
    }
    URI server = server(key == null, place);
    return (server == null ? login : login.at(server)).keepingSession();
  }

  /** Seconds since 1970. */
  private long expiry() {
    long now = TimeUnit.MILLISECONDS.toSeconds(time.millis());
    return now + ALLOWANCE.plus(options.tokenLife()).toSeconds();
  }

  private Duration renewal() {
    double part = EARLIEST + (LATEST - EARLIEST) * random.nextDouble();
    return Duration.ofMillis((long) (options.tokenLife().toMillis() * part));
  }

  /** Null for the configured one. */
  private @Nullable URI server(boolean certificate, Place place) {
    if (options.provisioning() != null) {
      return server(options.url(), place.hub(), certificate);
    }
    URI whole = server(options.url(), options.url().getHost(), certificate);
    return whole.equals(options.url()) ? null : whole;
  }

  /** The same way to another host; over a WebSocket with the path of Azure, if there is none. */
  static URI server(URI url, String host, boolean certificate) {
    String port = url.getPort() > 0 ? ":" + url.getPort() : "";
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    if (url.getScheme().startsWith("ws") && path.length() <= 1) {
      path = WEB_SOCKET;
      query = query.isEmpty() && !certificate ? NO_CERTIFICATE : query;
    }
    return URI.create(url.getScheme() + "://" + host + port + path + query);
  }
}

package dev.sluice.gateway.uplink;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One address of a broker.
 *
 * @param url with one of the schemes tcp, mqtt, ssl, mqtts, ws, wss; a path and a query only with
 *     the last two
 */
public record Server(URI url) {

  /** The schemes and their usual ports. */
  private static final Map<String, Integer> PORTS =
      Map.of("tcp", 1883, "mqtt", 1883, "ssl", 8883, "mqtts", 8883, "ws", 80, "wss", 443);

  private static final String USUAL_PATH = "/mqtt";

  /** Whether the scheme is one of them. */
  boolean isKnown() {
    return PORTS.containsKey(scheme());
  }

  /** Whether the connection is encrypted. */
  public boolean encrypted() {
    return switch (scheme()) {
      case "ssl", "mqtts", "wss" -> true;
      default -> false;
    };
  }

  /** Whether MQTT is spoken over a WebSocket. */
  public boolean webSocket() {
    return scheme().equals("ws") || scheme().equals("wss");
  }

  /** As in the URL, or the usual one of its scheme. */
  public int port() {
    return url.getPort() > 0 ? url.getPort() : PORTS.getOrDefault(scheme(), 0);
  }

  /** As in the URL, without the brackets of an IPv6 address. */
  public String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Path and query with which a WebSocket is opened; null for plain MQTT. */
  public @Nullable String path() {
    if (!webSocket()) {
      return null;
    }
    String path =
        url.getRawPath() == null || url.getRawPath().isEmpty() ? USUAL_PATH : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }

  private String scheme() {
    return String.valueOf(url.getScheme());
  }

  /** Without user and query: these may be secrets. */
  @Override
  public String toString() {
    String port = url.getPort() > 0 ? ":" + url.getPort() : "";
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return scheme() + "://" + url.getHost() + port + path;
  }
}

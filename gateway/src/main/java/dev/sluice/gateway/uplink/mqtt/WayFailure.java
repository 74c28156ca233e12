package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.http.UpgradeRejectedException;
import org.jspecify.annotations.Nullable;

/** What proxies and WebSockets say, told from what brokers say. */
final class WayFailure {

  private static final int MAX_DEPTH = 16;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private WayFailure() {}

  /**
   * Says why.
   *
   * @param greeted whether the broker had accepted us
   */
  static LinkException of(@Nullable Throwable error, MqttSettings settings, boolean greeted) {
    int depth = 0;
    for (Throwable t = error; t != null && depth < MAX_DEPTH; t = t.getCause(), depth++) {
      LinkException found = one(t);
      if (found != null) {
        return found;
      }
    }
    boolean tls = settings.tls() != null;
    return moved(Diagnosis.of(error, greeted, tls, settings.showsCertificate()), settings);
  }

  private static @Nullable LinkException one(Throwable t) {
    if (t instanceof LinkException told) {
      return told;
    }
    if (t instanceof UpgradeRejectedException refused) {
      return new LinkException(LinkFailure.NOT_WEBSOCKET, status(refused.getStatus()), t);
    }
    String type = t.getClass().getName();
    if (type.startsWith("io.netty.handler.codec.http.websocketx.")) {
      return new LinkException(LinkFailure.NOT_WEBSOCKET, String.valueOf(t.getMessage()), t);
    }
    if (type.startsWith("io.netty.handler.proxy.") && t.getCause() == null) {
      return proxy(t);
    }
    return null;
  }

  private static String status(int status) {
    return "HTTP status "
        + status
        + switch (status) {
          case UNAUTHORIZED, FORBIDDEN -> ": it wants other credentials, or another signature";
          case NOT_FOUND -> ": is the path of the URL right?";
          default -> "";
        };
  }

  /** The library's text begins with who talked to whom; what was said stands at the end. */
  private static LinkException proxy(Throwable t) {
    String text = String.valueOf(t.getMessage());
    int arrow = text.indexOf("=> ");
    int said = arrow < 0 ? -1 : text.indexOf(", ", arrow);
    String what = said < 0 ? text : text.substring(said + 2);
    LinkFailure failure =
        what.equals("timeout") ? LinkFailure.PROXY_UNREACHABLE : LinkFailure.PROXY_REFUSED;
    return new LinkException(failure, what, t);
  }

  /** With a proxy, who is not there is the proxy; what is no HTTP opens no WebSocket. */
  private static LinkException moved(LinkException found, MqttSettings settings) {
    ProxyServer proxy = settings.proxy();
    if (proxy != null) {
      String why =
          switch (found.failure()) {
            case NAME_NOT_FOUND -> "its name cannot be resolved";
            case CONNECTION_REFUSED -> "nothing listens there";
            case UNREACHABLE -> "there is no route to it";
            default -> "";
          };
      if (!why.isEmpty()) {
        String detail = proxy + ": " + why;
        return new LinkException(LinkFailure.PROXY_UNREACHABLE, detail, found.getCause());
      }
    }
    boolean noHttp =
        found.failure() == LinkFailure.NOT_MQTT || found.failure() == LinkFailure.OTHER;
    return noHttp && settings.webSocketPath() != null
        ? new LinkException(LinkFailure.NOT_WEBSOCKET, "it does not speak HTTP", found.getCause())
        : found;
  }
}

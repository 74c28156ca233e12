package dev.sluice.gateway.uplink.mqtt;

import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import org.jspecify.annotations.Nullable;

/**
 * A proxy through which brokers are reached; it resolves their names, too.
 *
 * @param kind what it speaks
 * @param host name or address of the proxy
 * @param port 1 to 65535
 * @param username null for none
 * @param password null for none; only with a user name
 */
public record ProxyServer(
    Kind kind, String host, int port, @Nullable String username, @Nullable String password) {

  /** What a proxy speaks. */
  public enum Kind {
    /** The method CONNECT of HTTP (RFC 9110, 9.3.6). */
    HTTP,
    /** SOCKS version 5 (RFC 1928), with a name and password if there are any (RFC 1929). */
    SOCKS5
  }

  ProxyOptions options() {
    var options = new ProxyOptions();
    options.setType(kind == Kind.HTTP ? ProxyType.HTTP : ProxyType.SOCKS5);
    options.setHost(host).setPort(port);
    options.setUsername(username).setPassword(password);
    return options;
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + " proxy " + host + ":" + port;
  }
}

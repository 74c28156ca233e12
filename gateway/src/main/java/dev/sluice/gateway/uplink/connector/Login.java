package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.uplink.credential.TlsMaterial;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who an attempt says that it is, where a platform has rules of its own for that. What is null here
 * is as configured, but for user name and password, which then are none.
 *
 * @param server instead of the one whose turn it is; as {@code url} in the configuration
 * @param clientId not empty
 * @param username null for none
 * @param password null for none
 * @param tls instead of the configured certificates
 * @param alpn the protocol to agree on in the TLS handshake (RFC 7301)
 * @param keepsSession whether the broker keeps subscriptions, and what comes for them, while the
 *     gateway is away (MQTT 3.1.1, 3.1.2.4)
 * @param renewAfter so long after CONNACK the connection is ended in order and made anew at once,
 *     without a failure; for what expires
 */
public record Login(
    @Nullable URI server,
    String clientId,
    @Nullable String username,
    @Nullable String password,
    @Nullable TlsMaterial tls,
    @Nullable String alpn,
    boolean keepsSession,
    @Nullable Duration renewAfter) {

  /** One for the configured server, with the configured certificates. */
  public static Login of(String clientId, @Nullable String username, @Nullable String password) {
    return new Login(null, clientId, username, password, null, null, false, null);
  }

  /** The same to another server. */
  public Login at(URI other) {
    return new Login(other, clientId, username, password, tls, alpn, keepsSession, renewAfter);
  }

  /** The same with other certificates. */
  public Login showing(TlsMaterial other) {
    return new Login(server, clientId, username, password, other, alpn, keepsSession, renewAfter);
  }

  /** The same, agreeing on a protocol. */
  public Login agreeing(String protocol) {
    return new Login(server, clientId, username, password, tls, protocol, keepsSession, renewAfter);
  }

  /** The same with a session that the broker keeps. */
  public Login keepingSession() {
    return new Login(server, clientId, username, password, tls, alpn, true, renewAfter);
  }

  /** The same, good for so long. */
  public Login renewedAfter(Duration time) {
    return new Login(server, clientId, username, password, tls, alpn, keepsSession, time);
  }

  /** Says nothing of the password, nor of the user name, in which some platforms have one. */
  @Override
  public String toString() {
    return clientId;
  }
}

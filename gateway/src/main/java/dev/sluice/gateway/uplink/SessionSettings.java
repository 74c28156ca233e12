package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.credential.TlsMaterial;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import org.jspecify.annotations.Nullable;

/** What a session is told, from the options of its uplink and what its platform wants. */
final class SessionSettings {

  private SessionSettings() {}

  /**
   * For one attempt.
   *
   * @param configured whose turn it is
   * @param with what the attempt shows
   * @param login null for what is configured
   */
  static MqttSettings of(
      LinkOptions link, Server configured, Credentials with, @Nullable Login login) {
    Server server =
        login == null || login.server() == null ? configured : new Server(login.server());
    TlsMaterial tls = login == null || login.tls() == null ? with.tls() : login.tls();
    return new MqttSettings(
            server.host(),
            server.port(),
            server.encrypted() ? tls : null,
            login == null ? link.clientId() : login.clientId(),
            login == null ? link.username() : login.username(),
            login == null ? with.password() : login.password(),
            link.keepAlive(),
            link.connectTimeout(),
            link.ackTimeout(),
            link.windowMessages(),
            link.windowBytes())
        .by(server.path(), link.reach().proxy())
        .as(login == null ? null : login.alpn(), login != null && login.keepsSession());
  }
}

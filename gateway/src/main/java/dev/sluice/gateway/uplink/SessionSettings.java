package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;

/** What a session is told, from the options of its uplink. */
final class SessionSettings {

  private SessionSettings() {}

  /**
   * For one attempt.
   *
   * @param with what the attempt shows
   */
  static MqttSettings of(LinkOptions link, Server server, Credentials with) {
    return new MqttSettings(
            server.host(),
            server.port(),
            server.encrypted() ? with.tls() : null,
            link.clientId(),
            link.username(),
            with.password(),
            link.keepAlive(),
            link.connectTimeout(),
            link.ackTimeout(),
            link.windowMessages(),
            link.windowBytes())
        .by(server.path(), link.reach().proxy());
  }
}

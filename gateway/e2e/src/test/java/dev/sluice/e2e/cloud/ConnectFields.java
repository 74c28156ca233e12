package dev.sluice.e2e.cloud;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a client said of itself, in TLS and in its CONNECT, as it came.
 *
 * @param door which listener it came to
 * @param webSocket path and query of the WebSocket over which it came; empty for none
 * @param serverName the name it asked for in TLS (SNI); empty when it asked for none
 * @param protocol what ALPN chose; empty when nothing was offered
 * @param certificate its own, not judged
 * @param level 4 is MQTT 3.1.1
 * @param username null when there is none
 * @param password null when there is none
 * @param nanos {@link System#nanoTime()} of its arrival
 */
public record ConnectFields(
    Door door,
    String webSocket,
    String serverName,
    String protocol,
    Optional<X509Certificate> certificate,
    int level,
    String clientId,
    String username,
    String password,
    boolean cleanSession,
    int keepAliveSeconds,
    Optional<Will> will,
    long nanos) {

  /** The message for the case that the client goes without a word. */
  public record Will(String topic, byte[] payload, int qos, boolean retained) {}

  static ConnectFields of(
      Door door,
      String webSocket,
      String serverName,
      String protocol,
      Optional<X509Certificate> certificate,
      MqttConnectMessage message) {
    var header = message.variableHeader();
    var payload = message.payload();
    byte[] password = payload.passwordInBytes();
    return new ConnectFields(
        door,
        webSocket,
        serverName == null ? "" : serverName,
        protocol == null ? "" : protocol,
        certificate,
        header.version(),
        payload.clientIdentifier(),
        header.hasUserName() ? payload.userName() : null,
        header.hasPassword() ? new String(password, StandardCharsets.UTF_8) : null,
        header.isCleanSession(),
        header.keepAliveTimeSeconds(),
        header.isWillFlag()
            ? Optional.of(
                new Will(
                    payload.willTopic(),
                    payload.willMessageInBytes(),
                    header.willQos(),
                    header.isWillRetain()))
            : Optional.empty(),
        System.nanoTime());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "%s as %s at door %s, server name %s, keep-alive %d s%s"
        .formatted(
            clientId,
            username,
            door.name(),
            serverName,
            keepAliveSeconds,
            cleanSession ? "" : ", session kept");
  }
}

package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.gateway.uplink.credential.TlsMaterial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a connection needs to know; validated by who made it.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param tls null for plain TCP
 * @param clientId as the broker knows this gateway
 * @param keepAlive 1 s to 65535 s
 * @param connectTimeout from the first packet to CONNACK
 * @param ackTimeout from PUBLISH to PUBACK
 * @param windowMessages in flight at most
 * @param windowBytes in flight at most
 * @param webSocketPath path and query with which a WebSocket is opened; null for none
 * @param proxy null for none
 * @param alpn the protocol to agree on in the handshake (RFC 7301); null for none
 * @param keepsSession whether the broker keeps subscriptions while we are away
 */
public record MqttSettings(
    String host,
    int port,
    @Nullable TlsMaterial tls,
    String clientId,
    @Nullable String username,
    @Nullable String password,
    Duration keepAlive,
    Duration connectTimeout,
    Duration ackTimeout,
    int windowMessages,
    int windowBytes,
    @Nullable String webSocketPath,
    @Nullable ProxyServer proxy,
    @Nullable String alpn,
    boolean keepsSession) {

  /** Straight to the broker over TCP. */
  public MqttSettings(
      String host,
      int port,
      @Nullable TlsMaterial tls,
      String clientId,
      @Nullable String username,
      @Nullable String password,
      Duration keepAlive,
      Duration connectTimeout,
      Duration ackTimeout,
      int windowMessages,
      int windowBytes) {
    this(
        host,
        port,
        tls,
        clientId,
        username,
        password,
        keepAlive,
        connectTimeout,
        ackTimeout,
        windowMessages,
        windowBytes,
        null,
        null,
        null,
        false);
  }

  /** The same over a WebSocket or through a proxy, where these are not null. */
  public MqttSettings by(@Nullable String path, @Nullable ProxyServer through) {
    return new MqttSettings(
        host,
        port,
        tls,
        clientId,
        username,
        password,
        keepAlive,
        connectTimeout,
        ackTimeout,
        windowMessages,
        windowBytes,
        path,
        through,
        alpn,
        keepsSession);
  }

  /** The same, agreeing on a protocol where that is not null, and perhaps with a kept session. */
  public MqttSettings as(@Nullable String protocol, boolean kept) {
    return new MqttSettings(
        host,
        port,
        tls,
        clientId,
        username,
        password,
        keepAlive,
        connectTimeout,
        ackTimeout,
        windowMessages,
        windowBytes,
        webSocketPath,
        proxy,
        protocol,
        kept);
  }

  /** Whether the broker may see a certificate of this client. */
  boolean showsCertificate() {
    return tls != null && tls.shows();
  }

  /** Says nothing of the password, nor of the path, which may be signed. */
  @Override
  public String toString() {
    return clientId + "@" + host + ":" + port + (tls == null ? "" : " over TLS");
  }
}

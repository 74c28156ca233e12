package dev.sluice.gateway.uplink.mqtt;

import java.nio.file.Path;
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
 */
public record MqttSettings(
    String host,
    int port,
    @Nullable TlsFiles tls,
    String clientId,
    @Nullable String username,
    @Nullable String password,
    Duration keepAlive,
    Duration connectTimeout,
    Duration ackTimeout,
    int windowMessages,
    int windowBytes) {

  /**
   * PEM files, read again at each attempt, so that a renewed certificate needs no restart.
   *
   * @param ca who is trusted; null for those that the Java runtime trusts
   * @param certificate of this client, with its chain; null for none
   * @param key of that certificate
   */
  public record TlsFiles(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {}

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return clientId + "@" + host + ":" + port + (tls == null ? "" : " over TLS");
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way to the broker, the same for every connector.
 *
 * @param url {@code ssl://}, {@code mqtts://} (port 8883), {@code tcp://} or {@code mqtt://} (1883)
 * @param clientId as the broker knows this gateway; of two with the same id one is thrown out
 * @param username null for none
 * @param password null for none; only with a user name
 * @param passwordFile where the password is read from at each attempt, instead of {@code password}
 * @param tls null for the defaults of a {@code ssl://} or {@code mqtts://} URL, or for plain TCP
 * @param windowMessages published and not acknowledged, at most, 1 to 1000
 * @param windowBytes of them, at most; no less than one message
 * @param maxMessageBytes topic, payload as it is sent (compressed) and frame of one message, 4 KiB
 *     to 16 MiB; larger records are sent in parts
 * @param keepAlive 1 s to 65535 s; a connection on which nothing is heard for one and a half times
 *     this is given up
 * @param connectTimeout from the first packet to CONNACK, 10 ms to 10 min
 * @param ackTimeout from PUBLISH to PUBACK, 10 ms to 10 min; then the connection is given up
 * @param backoffFirst the first wait is a random part of this, 1 ms to 1 h
 * @param backoffMax no wait is longer than this
 * @param stableAfter how long a connection must hold before waits start small again
 */
public record LinkOptions(
    URI url,
    String clientId,
    @Nullable String username,
    @Nullable String password,
    @Nullable Path passwordFile,
    @Nullable TlsOptions tls,
    int windowMessages,
    int windowBytes,
    int maxMessageBytes,
    Duration keepAlive,
    Duration connectTimeout,
    Duration ackTimeout,
    Duration backoffFirst,
    Duration backoffMax,
    Duration stableAfter) {

  /** With a password that does not change on disk. */
  public LinkOptions(
      URI url,
      String clientId,
      @Nullable String username,
      @Nullable String password,
      @Nullable TlsOptions tls,
      int windowMessages,
      int windowBytes,
      int maxMessageBytes,
      Duration keepAlive,
      Duration connectTimeout,
      Duration ackTimeout,
      Duration backoffFirst,
      Duration backoffMax,
      Duration stableAfter) {
    this(
        url,
        clientId,
        username,
        password,
        null,
        tls,
        windowMessages,
        windowBytes,
        maxMessageBytes,
        keepAlive,
        connectTimeout,
        ackTimeout,
        backoffFirst,
        backoffMax,
        stableAfter);
  }

  private static final int DEFAULT_TLS_PORT = 8883;
  private static final int DEFAULT_PORT = 1883;
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  /** To a URL, with everything else at its default. */
  public static LinkOptions of(URI url, String clientId) {
    return new LinkOptions(
        url,
        clientId,
        null,
        null,
        null,
        null,
        64,
        4 << 20,
        128 << 10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20));
  }

  /** Whether the connection is encrypted. */
  public boolean encrypted() {
    return UplinkProblems.ENCRYPTED.contains(url.getScheme());
  }

  /** Where what opens the connection comes from. */
  CredentialOptions credentials() {
    TlsOptions files = tls == null ? TlsOptions.DEFAULTS : tls;
    return new CredentialOptions(encrypted() ? files : null, password, passwordFile);
  }

  /** As in the URL, or the usual one of its scheme. */
  public int port() {
    if (url.getPort() > 0) {
      return url.getPort();
    }
    return encrypted() ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  }

  /** As in the URL, without the brackets of an IPv6 address. */
  public String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  void check(UplinkProblems problems) {
    problems.login(clientId, username, password, passwordFile);
    problems.url(url, tls);
    problems.within("windowMessages", windowMessages, 1, 1_000);
    problems.within("maxMessageBytes", maxMessageBytes, 4 << 10, 16 << 20);
    problems.within("windowBytes", windowBytes, maxMessageBytes, 256 << 20);
    problems.within("keepAlive", keepAlive, Duration.ofSeconds(1), Duration.ofSeconds(65_535));
    problems.within("connectTimeout", connectTimeout, Duration.ofMillis(10), TEN_MINUTES);
    problems.within("ackTimeout", ackTimeout, Duration.ofMillis(10), TEN_MINUTES);
    problems.within("backoffFirst", backoffFirst, Duration.ofMillis(1), Duration.ofHours(1));
    problems.within("backoffMax", backoffMax, backoffFirst, Duration.ofHours(24));
    problems.within("stableAfter", stableAfter, Duration.ZERO, Duration.ofHours(24));
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return url + " as " + clientId;
  }
}

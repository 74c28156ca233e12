package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.credential.TlsOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way to the broker, the same for every connector.
 *
 * @param url of the first server; see {@link Server}
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
 * @param reach further servers, a proxy, the loop-back check
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
    Duration stableAfter,
    Reach reach) {

  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  /** To one server, straight. */
  public LinkOptions(
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
    this(
        url,
        clientId,
        username,
        password,
        passwordFile,
        tls,
        windowMessages,
        windowBytes,
        maxMessageBytes,
        keepAlive,
        connectTimeout,
        ackTimeout,
        backoffFirst,
        backoffMax,
        stableAfter,
        Reach.DIRECT);
  }

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

  /** The servers in the order in which they are tried; the first is that of the URL. */
  public List<Server> servers() {
    return Stream.concat(Stream.of(url), reach.alternates().stream()).map(Server::new).toList();
  }

  /** Where what opens the connection comes from. */
  CredentialOptions credentials() {
    TlsOptions files = tls == null ? TlsOptions.DEFAULTS : tls;
    boolean encrypted = servers().stream().anyMatch(Server::encrypted);
    return new CredentialOptions(encrypted ? files : null, password, passwordFile);
  }

  /** The same with another reach. */
  public LinkOptions with(Reach other) {
    return new LinkOptions(
        url,
        clientId,
        username,
        password,
        passwordFile,
        tls,
        windowMessages,
        windowBytes,
        maxMessageBytes,
        keepAlive,
        connectTimeout,
        ackTimeout,
        backoffFirst,
        backoffMax,
        stableAfter,
        other);
  }

  void check(UplinkProblems problems) {
    problems.login(clientId, username, password, passwordFile);
    problems.servers(servers(), tls);
    problems.reach(reach);
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

  /** Says nothing of the password, nor of a signature in the URL. */
  @Override
  public String toString() {
    return servers().get(0) + " as " + clientId;
  }
}

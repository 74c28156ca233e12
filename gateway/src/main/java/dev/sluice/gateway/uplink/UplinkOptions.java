package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Form;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where an uplink leads, and how hard it tries. Equal options mean that nothing changed.
 *
 * @param id of the uplink; names its cursor
 * @param gateway id of the gateway
 * @param connector how the upstream wants it: {@code mqtt}
 * @param url {@code ssl://}, {@code mqtts://} (port 8883), {@code tcp://} or {@code mqtt://} (1883)
 * @param clientId as the broker knows this gateway; of two with the same id one is thrown out
 * @param username null for none
 * @param password null for none; only with a user name
 * @param tls null for the defaults of a {@code ssl://} or {@code mqtts://} URL, or for plain TCP
 * @param topic template with {gateway} {uplink} {lane} {stream} {encoding}; unless payloads are
 *     plain JSON or it names {encoding}, that is appended, {@code /zstd} or {@code /cbor}
 * @param form of the payloads
 * @param compression of the payloads
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
 * @param refusals how often the broker must close the connection over the same record before it is
 *     set aside, 1 to 1000
 * @param statusTopic template with {gateway} {uplink}; empty for no status messages
 * @param flow what goes first, and how fast
 */
public record UplinkOptions(
    String id,
    String gateway,
    String connector,
    URI url,
    String clientId,
    @Nullable String username,
    @Nullable String password,
    @Nullable TlsOptions tls,
    String topic,
    Form form,
    Compression compression,
    int windowMessages,
    int windowBytes,
    int maxMessageBytes,
    Duration keepAlive,
    Duration connectTimeout,
    Duration ackTimeout,
    Duration backoffFirst,
    Duration backoffMax,
    Duration stableAfter,
    int refusals,
    String statusTopic,
    FlowOptions flow) {

  private static final int DEFAULT_TLS_PORT = 8883;
  private static final int DEFAULT_PORT = 1883;
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  /**
   * Checks everything that can be checked without files and network.
   *
   * @throws UplinkOptionsException with all problems
   */
  public UplinkOptions {
    var problems = new UplinkProblems();
    problems.names(id, gateway, connector, clientId, username, password);
    problems.url(url, tls);
    problems.topics(topic, statusTopic);
    problems.within("windowMessages", windowMessages, 1, 1_000);
    problems.within("maxMessageBytes", maxMessageBytes, 4 << 10, 16 << 20);
    problems.within("windowBytes", windowBytes, maxMessageBytes, 256 << 20);
    problems.within("keepAlive", keepAlive, Duration.ofSeconds(1), Duration.ofSeconds(65_535));
    problems.within("connectTimeout", connectTimeout, Duration.ofMillis(10), TEN_MINUTES);
    problems.within("ackTimeout", ackTimeout, Duration.ofMillis(10), TEN_MINUTES);
    problems.within("backoffFirst", backoffFirst, Duration.ofMillis(1), Duration.ofHours(1));
    problems.within("backoffMax", backoffMax, backoffFirst, Duration.ofHours(24));
    problems.within("stableAfter", stableAfter, Duration.ZERO, Duration.ofHours(24));
    problems.within("refusals", refusals, 1, 1_000);
    flow.check(problems);
    problems.throwIfAny();
  }

  /** Options for a URL with everything else at its default. */
  public static UplinkOptions of(String id, String gateway, URI url, String topic) {
    return new UplinkOptions(
        id,
        gateway,
        "mqtt",
        url,
        gateway + "-" + id,
        null,
        null,
        null,
        topic,
        Form.JSON,
        Compression.NONE,
        64,
        4 << 20,
        128 << 10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        5,
        "sluice/{gateway}/{uplink}/status",
        FlowOptions.DEFAULTS);
  }

  /** The same with another flow. */
  public UplinkOptions with(FlowOptions other) {
    return new UplinkOptions(
        id,
        gateway,
        connector,
        url,
        clientId,
        username,
        password,
        tls,
        topic,
        form,
        compression,
        windowMessages,
        windowBytes,
        maxMessageBytes,
        keepAlive,
        connectTimeout,
        ackTimeout,
        backoffFirst,
        backoffMax,
        stableAfter,
        refusals,
        statusTopic,
        other);
  }

  /** Whether the connection is encrypted. */
  public boolean encrypted() {
    return UplinkProblems.ENCRYPTED.contains(url.getScheme());
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

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return "uplink " + id + " (" + connector + ") to " + url + " as " + clientId;
  }
}

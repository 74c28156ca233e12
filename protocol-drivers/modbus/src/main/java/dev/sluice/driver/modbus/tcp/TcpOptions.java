package dev.sluice.driver.modbus.tcp;

import java.time.Duration;

/**
 * How to reach a Modbus TCP server.
 *
 * @param host name or address
 * @param port 1 to 65535, usually 502
 * @param pipelining how many requests may wait for their reply at once, 1 to 16. Most devices take
 *     one
 * @param connectTimeout how long a connection may take, name resolution included; at most 10 s
 */
public record TcpOptions(String host, int port, int pipelining, Duration connectTimeout) {

  /** The most that the implementation guide expects a server to take. */
  public static final int MAX_PIPELINING = 16;

  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
  public static final Duration MAX_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** For people: host and port. */
  public String peer() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}

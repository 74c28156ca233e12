package dev.sluice.gateway.observe.http;

/**
 * Where the HTTP server listens.
 *
 * @param host a loopback address, as nobody has to log in
 * @param port 1 to 65535, or 0 for any free one
 * @param enabled whether to listen at all
 */
public record HttpOptions(String host, int port, boolean enabled) {

  /** 127.0.0.1:9464. */
  public static final HttpOptions DEFAULTS = new HttpOptions("127.0.0.1", 9464, true);
}

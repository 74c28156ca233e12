package dev.sluice.driver.text;

/**
 * Where a line connects to.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
record TcpTarget(String host, int port) {

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

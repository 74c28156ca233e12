package dev.sluice.e2e.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback addresses that nobody else uses: on one's own address the ports that a platform fixes
 * are free, for any number of tests at once.
 */
public final class Loopback {

  private Loopback() {}

  /** Takes an address of 127.64.0.0/10 where the port for MQTT over TLS is free. */
  public static String take() {
    var random = ThreadLocalRandom.current();
    for (int attempt = 0; attempt < 100; attempt++) {
      String address =
          "127.%d.%d.%d"
              .formatted(random.nextInt(64, 128), random.nextInt(256), random.nextInt(1, 255));
      try (var socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), Door.MQTT_PORT));
        return address;
      } catch (IOException taken) {
        continue;
      }
    }
    throw new AssertionError("no free address in 127.64.0.0/10");
  }
}

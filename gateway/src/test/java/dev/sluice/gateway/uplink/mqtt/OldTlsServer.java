package dev.sluice.gateway.uplink.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A server that speaks TLS 1.1 and nothing newer; openssl still can, this JVM no more. */
final class OldTlsServer implements AutoCloseable {

  private static final String READY = "ACCEPT";

  private final Process process;
  private final int port;

  OldTlsServer(Certificates certificates, String name) throws IOException {
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    process =
        new ProcessBuilder(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + port,
                "-tls1_1",
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-cert",
                certificates.certificate(name).toString(),
                "-key",
                certificates.key(name).toString())
            .redirectErrorStream(true)
            .start();
    awaitReady(process.getInputStream());
  }

  private static void awaitReady(InputStream output) throws IOException {
    var said = new StringBuilder();
    while (said.indexOf(READY) < 0) {
      byte[] some = new byte[256];
      int count = output.read(some);
      if (count < 0) {
        throw new IOException("openssl s_server ended: " + said);
      }
      said.append(new String(some, 0, count, StandardCharsets.UTF_8));
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}

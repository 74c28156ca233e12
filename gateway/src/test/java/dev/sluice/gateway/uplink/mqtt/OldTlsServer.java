package dev.sluice.gateway.uplink.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that speaks TLS 1.1 and nothing newer; openssl still can, this JVM no more. */
final class OldTlsServer implements AutoCloseable {

  /** What it says when it listens. */
  private static final Pattern READY = Pattern.compile("ACCEPT \\S+:(\\d+)\\R");

  private final Process process;
  private final int port;

  OldTlsServer(Certificates certificates, String name) throws IOException {
    process =
        new ProcessBuilder(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-tls1_1",
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-cert",
                certificates.certificate(name).toString(),
                "-key",
                certificates.key(name).toString())
            .redirectErrorStream(true)
            .start();
    port = awaitReady(process.getInputStream());
  }

  private static int awaitReady(InputStream output) throws IOException {
    var said = new StringBuilder();
    Matcher ready = READY.matcher(said);
    while (!ready.reset().find()) {
      byte[] some = new byte[256];
      int count = output.read(some);
      if (count < 0) {
        throw new IOException("openssl s_server ended: " + said);
      }
      said.append(new String(some, 0, count, StandardCharsets.UTF_8));
    }
    return Integer.parseInt(ready.group(1));
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power returns to the site and the gateway is up before its network: no resolver yet. In a mount
 * namespace of its own, so that this machine's settings are not touched.
 */
class NameResolutionTest {

  @TempDir Path directory;

  @Test
  void connectsSoonAfterAResolverAppears() throws IOException {
    Path resolver = Files.writeString(directory.resolve("resolv.conf"), "");
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    List<String> namespace =
        List.of(
            ChildProcess.locate("unshare"),
            "-m",
            "sh",
            "-ec",
            "mount --bind \"$0\" /etc/resolv.conf; mount --bind \"$1\" /etc/hosts; shift;"
                + " exec \"$@\"",
            resolver.toString(),
            hosts.toString());
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start()) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
              .countingDevice("plc", 1, 20, "250ms")
              .uplink("tcp://broker.sluice.test:" + mosquitto.port());
      try (var gateway = Distribution.launch(site, site.write(), namespace)) {
        gateway.awaitAlive();
        gateway.awaitLog("reason=name_not_found", 0, Duration.ofSeconds(20));
        Eventually.pass(Duration.ofSeconds(8));
        assertThat(gateway.metric(Names.CONNECTED)).isZero();

        try (var names = NameServer.start()) {
          Files.writeString(resolver, "nameserver " + NameServer.ADDRESS + "\n");
          Duration connected =
              Eventually.holds(
                  "connected",
                  Duration.ofSeconds(30),
                  () -> gateway.metric(Names.CONNECTED) == 1,
                  gateway.process()::output);
          System.out.printf(
              "resolver appeared: connected after %d ms (%s)%n", connected.toMillis(), names);
        }
        gateway.stopInOrder();
      }
    }
  }
}

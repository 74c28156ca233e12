package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Power returns to the site and the gateway is up before its network: no name server yet. */
class NameResolutionTest {

  private static final String BROKER = "broker.sluice.test";

  @TempDir Path directory;

  @Test
  void connectsSoonAfterAResolverAppears() {
    MountNamespace namespace = MountNamespace.withoutResolver(directory);
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start()) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
              .countingDevice("plc", 1, 20, "250ms")
              .uplink("tcp://" + BROKER + ":" + mosquitto.port());
      try (var gateway = Distribution.launch(site, site.write(), namespace.prefix())) {
        gateway.awaitAlive();
        gateway.awaitLog("uplink=cloud.*reason=name_not_found", 0, Duration.ofSeconds(20));
        Eventually.pass(Duration.ofSeconds(8));
        assertThat(gateway.metric(Names.CONNECTED)).isZero();

        try (var names = NameServer.start()) {
          namespace.useResolver(NameServer.ADDRESS);
          Duration connected =
              Eventually.holds(
                  "connected",
                  Duration.ofSeconds(30),
                  () -> gateway.metric(Names.CONNECTED) == 1,
                  gateway.process()::output);
          System.out.printf(
              "resolver appeared: connected after %d ms, %d queries%n",
              connected.toMillis(), names.queries());
          assertThat(names.queries()).isPositive();
        }
        gateway.stopInOrder();
      }
    }
  }

  /** Of the harness: the name cannot be known from anywhere else. */
  @Test
  void aProgramInTheNamespaceKnowsTheNameOnlyFromOurServer() {
    MountNamespace namespace = MountNamespace.withoutResolver(directory);
    assertThat(lookUp(namespace)).isNotZero();
    try (var names = NameServer.start()) {
      namespace.useResolver(NameServer.ADDRESS);
      assertThat(lookUp(namespace)).isZero();
      assertThat(names.queries()).isPositive();
    }
  }

  private static int lookUp(MountNamespace namespace) {
    var command = new ArrayList<>(namespace.prefix());
    command.addAll(List.of(ChildProcess.locate("getent"), "ahostsv4", BROKER));
    try (var getent = ChildProcess.start("getent", Map.of(), command)) {
      return getent.awaitExit(Duration.ofSeconds(20));
    }
  }
}

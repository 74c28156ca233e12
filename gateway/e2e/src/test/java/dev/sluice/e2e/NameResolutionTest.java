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

  /** A name server that does not know the name yet, is broken, and has a dead address besides. */
  @Test
  void aNameServerInTroubleIsToldAndItsEndIsNoticed() {
    MountNamespace namespace = MountNamespace.withoutResolver(directory);
    try (var server = LibmodbusServer.start(1);
        var names = NameServer.start();
        var mosquitto = Mosquitto.plain(directory).start()) {
      namespace.useResolver(NameServer.ADDRESS);
      names.code(NameServer.NXDOMAIN);
      Site site = site(server, mosquitto.port());
      try (var gateway = Distribution.launch(site, site.write(), namespace.prefix())) {
        gateway.awaitAlive();
        gateway.awaitLog("uplink=cloud.*reason=name_not_found", 0, Duration.ofSeconds(20));
        names.code(NameServer.SERVFAIL);
        double before = failures(gateway);
        Eventually.holds("asked again", Duration.ofSeconds(20), () -> failures(gateway) > before);
        assertThat(gateway.metric(Names.CONNECTED)).isZero();
        names.address6("::1"); // nobody listens there
        names.code(NameServer.NO_ERROR);
        Duration connected = awaitConnected(gateway, Duration.ofSeconds(15));
        System.out.printf(
            "name server repaired: connected after %d ms, loop lag %.0f ms%n",
            connected.toMillis(), lagMillis(gateway));
        gateway.stopInOrder();
      }
    }
  }

  /** Answers after five seconds stop no event loop, and are answers all the same. */
  @Test
  void aSlowNameServerStopsNothing() {
    if (!TestRandom.LONG) {
      System.out.println("slow name server: only with -Dsluice.long=true");
      return;
    }
    MountNamespace namespace = MountNamespace.withoutResolver(directory);
    try (var server = LibmodbusServer.start(1);
        var names = NameServer.start();
        var mosquitto = Mosquitto.plain(directory).start()) {
      Site site = site(server, mosquitto.port());
      try (var gateway = Distribution.launch(site, site.write(), namespace.prefix())) {
        gateway.awaitAlive();
        Eventually.pass(Duration.ofSeconds(5)); // of start-up nothing is asked here
        lagMillis(gateway);
        int asked = names.queries();
        names.delay(Duration.ofSeconds(5));
        namespace.useResolver(NameServer.ADDRESS);
        Duration connected = awaitConnected(gateway, Duration.ofSeconds(90));
        double lag = lagMillis(gateway);
        System.out.printf(
            "slow name server: connected after %d ms, %d queries, loop lag %.0f ms%n",
            connected.toMillis(), names.queries() - asked, lag);
        assertThat(lag).isLessThan(100);
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void aBrokerThatMovedIsFoundAtItsNewAddress() {
    if (!TestRandom.LONG) {
      System.out.println("broker that moves: only with -Dsluice.long=true");
      return;
    }
    MountNamespace namespace = MountNamespace.withoutResolver(directory);
    int port = FreePort.take();
    try (var server = LibmodbusServer.start(1);
        var names = NameServer.start();
        var former = Mosquitto.at(directory, "127.0.0.2", port).start()) {
      names.address("127.0.0.2");
      namespace.useResolver(NameServer.ADDRESS);
      Site site = site(server, port, "backoffMax: 10s");
      try (var gateway = Distribution.launch(site, site.write(), namespace.prefix())) {
        gateway.awaitAlive();
        awaitConnected(gateway, Duration.ofSeconds(30));
        former.process().killHard();
        names.address("127.0.0.1");
        try (var latter = Mosquitto.at(directory, "127.0.0.1", port).start()) {
          Eventually.holds(
              "noticed", Duration.ofSeconds(10), () -> gateway.metric(Names.CONNECTED) == 0);
          Duration connected = awaitConnected(gateway, Duration.ofSeconds(60));
          System.out.printf(
              "broker moved: connected after %d ms at port %d%n",
              connected.toMillis(), latter.port());
        }
        gateway.stopInOrder();
      }
    }
  }

  private Site site(LibmodbusServer server, int port, String... keys) {
    return new Site(directory)
        .line("plc", server.port())
        .countingDevice("plc", 1, 20, "250ms")
        .uplink("tcp://" + BROKER + ":" + port, keys);
  }

  private static Duration awaitConnected(Distribution gateway, Duration limit) {
    return Eventually.holds(
        "connected", limit, () -> gateway.metric(Names.CONNECTED) == 1, gateway.process()::output);
  }

  private static double failures(Distribution gateway) {
    return gateway.metric("sluice_uplink_failures_total");
  }

  private static double lagMillis(Distribution gateway) {
    return gateway.metric("sluice_event_loop_lag_max_seconds") * 1e3;
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

package dev.sluice.e2e.cloud.thingsboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.ChildProcess;
import dev.sluice.e2e.NodePeer;
import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Received;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The emulated server against a client that others wrote for ThingsBoard's gateway API. */
class NodeRedClientTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void aGatewayOfNodeRedReportsAndIsTold() {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println(
          "NodeRedClientTest: only with -Dsluice.long=true, as it installs 75 npm packages");
      return;
    }
    try (var server = ThingsBoard.listen(new Account("edge", "nodeRedToken", true));
        var client = client(server)) {
      assertThat(client.awaitLine("reported ", LIMIT)).isEqualTo("Press");
      assertThat(server.broker().connects().get(0).serverName()).isEqualTo(ThingsBoard.HOST);
      assertThat(server.connected("edge")).isEqualTo(Map.of("Press", "default"));
      assertThat(server.broker().received("v1/gateway/telemetry"))
          .extracting(Received::text)
          .containsExactly(
              "{\"Press\":[{\"ts\":1700000000000,\"values\":{\"t\":42.1,\"on\":true}}]}");
      assertThat(server.clientAttributes("Press")).isEqualTo("{\"fw\":\"1.0\"}");
      assertThat(server.share("Press", "{\"limit\":6}")).isTrue();
      assertThat(client.awaitLine("attributes ", LIMIT))
          .isEqualTo("{\"device\":\"Press\",\"data\":{\"limit\":6}}");
      int call = server.call("edge", "reboot", "{}");
      assertThat(client.awaitLine("rpc ", LIMIT))
          .isEqualTo(
              "v1/devices/me/rpc/request/" + call + " {\"method\":\"reboot\",\"params\":{}}");
      client.write("go on");
      client.awaitLine("reported O", LIMIT);
      assertThat(server.connected("edge")).isEqualTo(Map.of("Oven", "default"));
    }
  }

  private static ChildProcess client(ThingsBoard server) {
    return NodePeer.run(
        "thingsboard",
        "gateway.js",
        Map.of("NODE_EXTRA_CA_CERTS", Bench.names().pki().certificate("ca").toString()),
        ThingsBoard.HOST,
        Integer.toString(server.broker().port()),
        "nodeRedToken");
  }
}

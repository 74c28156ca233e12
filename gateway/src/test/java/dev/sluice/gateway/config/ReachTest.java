package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.gateway.uplink.LinkOptions;
import dev.sluice.gateway.uplink.Server;
import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Further servers, proxies and paths of WebSockets, right and wrong. */
class ReachTest {

  @TempDir private Path directory;

  private LinkOptions link(String keys) throws Exception {
    String yaml = "gateway: { id: plant-7 }\nuplinks:\n  cloud:\n    connector: mqtt\n";
    return Loading.load(directory, yaml + keys.indent(4)).config().uplinks().get(0).link();
  }

  private String refused(String keys) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> link(keys));
    assertThat(refused).as(keys).isNotNull();
    return refused.getMessage();
  }

  @Test
  void everythingThatCanBeSaidIsRead() throws Exception {
    LinkOptions link =
        link(
            """
            url: "wss://a.example/in?sig=topsecret"
            alternates: ["tcp://b.example:1884", "ws://c.example"]
            proxy: { type: socks5, host: p.example, port: 1080, username: me, password: "${env:BROKER_PASSWORD}" }
            loopbackCheck: first
            """);
    assertThat(link.servers())
        .extracting(Server::toString)
        .containsExactly("wss://a.example/in", "tcp://b.example:1884", "ws://c.example");
    assertThat(link.servers()).extracting(Server::port).containsExactly(443, 1884, 80);
    assertThat(link.servers())
        .extracting(Server::path)
        .containsExactly("/in?sig=topsecret", null, "/mqtt");
    assertThat(link.reach().loopback()).isTrue();
    assertThat(link.reach().proxy())
        .isEqualTo(
            new ProxyServer(ProxyServer.Kind.SOCKS5, "p.example", 1080, "me", Loading.PASSWORD));
    assertThat(link.toString() + link.reach().proxy())
        .doesNotContain("topsecret", Loading.PASSWORD);
    LinkOptions plain = link("url: tcp://b.example");
    assertThat(plain.servers()).hasSize(1);
    assertThat(plain.reach().loopback()).isFalse();
    assertThat(plain.reach().proxy()).isNull();
  }

  @Test
  void whatIsWrongIsNamedWhereItStands() {
    String url = "url: tcp://b.example\n";
    assertThat(refused(url + "alternates: [\"http://c.example\"]")).contains("alternates");
    assertThat(refused(url + "alternates: [\"tcp://c.example\", \"tcp://c.example:0\"]"))
        .contains("alternates", "port 1 to 65535");
    assertThat(refused(url + "alternates: tcp://c.example")).contains("alternates");
    assertThat(refused(url + "alternates: [" + "\"tcp://c.example\", ".repeat(9) + "]"))
        .contains("alternates");
    assertThat(refused(url + "proxy: { port: 3128 }")).contains("proxy", "host");
    assertThat(refused(url + "proxy: { host: p.example }")).contains("proxy", "port");
    assertThat(refused(url + "proxy: { host: \"http://p.example\", port: 3128 }"))
        .contains("proxy/host");
    assertThat(refused(url + "proxy: { host: p.example, port: 3128, type: ftp }"))
        .contains("proxy/type", "socks5");
    assertThat(refused(url + "proxy: { host: p.example, port: 3128, password: secret }"))
        .contains("proxy/password", "user name")
        .doesNotContain("secret\"");
    assertThat(refused("url: tcp://b.example/path")).contains("url");
    assertThat(refused("url: \"ws://b.example/path#part\"")).contains("url");
    assertThat(refused("url: ws://b.example\ntls: {}")).contains("tls", "wss://");
    assertThat(refused(url + "loopbackCheck: always")).contains("loopbackCheck", "first");
  }
}

package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.SettingsProblem;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AWS would end a connection over is told before there is one. */
class AwsIotOptionsTest {

  private static final AwsAuthorizer TOKENS =
      new AwsAuthorizer("tokens", "gw", "t", "secret.token", "a+b/c=", false);

  private static AwsIotOptions options(String url, String topic, String rule) {
    return new AwsIotOptions(
        new MqttOptions(topic, Form.JSON, Compression.NONE, ""),
        URI.create(url),
        rule,
        "",
        "gw-1",
        null,
        null,
        false,
        null);
  }

  private static AwsIotOptions with(
      AwsIotOptions of, AwsAuthorizer authorizer, AwsProvisioning provisioning) {
    return new AwsIotOptions(
        of.readings(),
        of.url(),
        of.rule(),
        of.clientId(),
        of.thing(),
        authorizer,
        new AwsShadow("", Duration.ofSeconds(10)),
        true,
        provisioning);
  }

  private static List<String> paths(AwsIotOptions options) {
    return options.problems().stream().map(SettingsProblem::path).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "ssl://x.example, false, ",
    "ssl://x.example:8883, false, ",
    "ssl://x.example:443, false, x-amzn-mqtt-ca",
    "ssl://x.example:443, true, mqtt",
    "ssl://x.example:8883, true, mqtt"
  })
  void thePortAndTheWayInDecideWhatTlsAgreesOn(String url, boolean token, String protocol) {
    AwsIotOptions options = with(options(url, "a", ""), token ? TOKENS : null, null);
    assertThat(options.alpn()).isEqualTo(protocol);
    assertThat(options.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"tcp://x.example", "wss://x.example/mqtt"})
  void onlyTlsLeadsThere(String url) {
    assertThat(paths(options(url, "a", ""))).containsExactly("url");
  }

  @Test
  void aTopicHas256BytesAndSevenSlashesAtMostAndThoseOfARuleDoNotCount() {
    String longest = "t".repeat(256);
    String deep = "1/2/3/4/5/6/7/8";
    for (String good : List.of(longest, deep)) {
      assertThat(options("ssl://x.example", good, "").problems()).isEmpty();
      assertThat(options("ssl://x.example", good, "store").problems()).isEmpty();
      assertThat(AwsIotOptions.excess("$aws/rules/store/" + good)).isEmpty();
    }
    assertThat(AwsIotOptions.excess(longest + "t")).isEqualTo("topic of 257 bytes");
    assertThat(AwsIotOptions.excess("ü".repeat(129))).isEqualTo("topic of 258 bytes");
    assertThat(AwsIotOptions.excess(deep + "/9")).isEqualTo("topic with 8 slashes");
    assertThat(AwsIotOptions.excess("$aws/rules/store/" + deep + "/9"))
        .isEqualTo("topic with 8 slashes");
    assertThat(paths(options("ssl://x.example", longest + "t", ""))).containsExactly("topic");
    assertThat(paths(options("ssl://x.example", deep + "/9", "store"))).containsExactly("topic");
    assertThat(paths(options("ssl://x.example", "$SYS/a", ""))).containsExactly("topic");
    assertThat(options("ssl://x.example", "site/{gateway}", "store").topic())
        .isEqualTo("$aws/rules/store/site/{gateway}");
  }

  /** The encoding is appended, as the platform sees it. */
  @Test
  void whatIsAppendedCounts() {
    var readings = new MqttOptions("1/2/3/4/5/6/7/8", Form.CBOR, Compression.ZSTD, "");
    var options =
        new AwsIotOptions(
            readings, URI.create("ssl://x.example"), "", "", "gw", null, null, false, null);
    assertThat(options.problems())
        .singleElement()
        .satisfies(
            p -> assertThat(p.found()).contains("/cbor-zstd").contains("topic with 8 slashes"));
  }

  @Test
  void namesAreThoseOfThePlatform() {
    var options =
        new AwsIotOptions(
            new MqttOptions("a/{device}", Form.JSON, Compression.NONE, "", true, ""),
            URI.create("ssl://x.example"),
            "a-b",
            "c".repeat(129),
            "plant.7",
            null,
            null,
            false,
            null);
    assertThat(paths(options))
        .containsExactly("aws-iot/thing", "aws-iot/rule", "retain", "clientId");
  }

  @Test
  void theAuthorizerIsToldInTheUserNameAndItsTokenNowhereElse() {
    assertThat(TOKENS.login())
        .isEqualTo(
            "gw?x-amz-customauthorizer-name=tokens"
                + "&x-amz-customauthorizer-signature=a%2Bb%2Fc%3D&t=secret.token");
    assertThat(new AwsAuthorizer("open", "", "", "", "", false).login())
        .isEqualTo("?x-amz-customauthorizer-name=open");
    assertThat(with(options("ssl://x.example", "a", ""), TOKENS, null).toString())
        .doesNotContain("secret.token")
        .doesNotContain("a+b/c=");
  }

  @Test
  void whatDoesNotGoTogetherIsTold() {
    AwsIotOptions plain = options("ssl://x.example", "a", "");
    var half = new AwsAuthorizer("tokens", "", "t", "x&y", "", false);
    var claim = new AwsProvisioning("fleet", Map.of(), null);
    assertThat(paths(with(plain, half, claim)))
        .containsExactly("aws-iot/authorizer", "aws-iot/authorizer/token", "aws-iot/provisioning");
    assertThat(with(plain, null, claim).problems()).isEmpty();
    for (var both :
        List.of(
            new AwsAuthorizer("tokens", "", "", "", "", true),
            new AwsAuthorizer("tokens", "", "t", "a.b", "Zm9v", true))) {
      assertThat(paths(with(plain, both, null))).containsExactly("aws-iot/authorizer/tokenFile");
    }
  }
}

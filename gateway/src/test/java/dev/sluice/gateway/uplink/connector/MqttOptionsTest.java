package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.SettingsProblem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What does not go together is told with what would. */
class MqttOptionsTest {

  private static List<String> problems(
      String topic, Form form, Compression compression, boolean retain, String deviceStatus) {
    return new MqttOptions(topic, form, compression, "", retain, deviceStatus)
        .problems().stream().map(MqttOptionsTest::told).toList();
  }

  private static String told(SettingsProblem problem) {
    assertThat(problem.found()).isNotEmpty();
    return problem.path() + ": " + problem.expected() + "; " + problem.hint();
  }

  @Test
  void whatGoesTogetherIsAccepted() {
    assertThat(problems("a/{device}", Form.JSON, Compression.ZSTD, true, "s/{device}")).isEmpty();
    assertThat(problems("{device}/{point}", Form.VALUE, Compression.NONE, true, "")).isEmpty();
    assertThat(problems("{device}/{point}/{lane}", Form.PLAIN, Compression.NONE, false, ""))
        .isEmpty();
    assertThat(problems("a", Form.SENML_CBOR, Compression.GZIP, false, "")).isEmpty();
  }

  @Test
  void whatDoesNotIsTold() {
    assertThat(problems("{devize}", Form.JSON, Compression.NONE, false, ""))
        .singleElement()
        .asString()
        .startsWith("topic: one of the names [device, encoding, gateway, lane, point, stream");
    assertThat(problems("{device}/{point}", Form.CBOR, Compression.NONE, false, ""))
        .containsExactly(
            "topic: no {point} with form cbor; form value or plain sends one value per message");
    assertThat(problems("{device}", Form.PLAIN, Compression.NONE, false, ""))
        .containsExactly(
            "topic: {device} and {point} in it; with form plain each value has a topic of its own");
    assertThat(problems("{device}/{point}", Form.VALUE, Compression.ZSTD, false, ""))
        .containsExactly("compression: none with form value; a single value does not shrink");
    assertThat(problems("a", Form.JSON, Compression.NONE, true, ""))
        .singleElement()
        .asString()
        .startsWith("retain: false, or {device} in the topic; ");
    assertThat(problems("{device}/{stream}", Form.JSON, Compression.NONE, true, ""))
        .singleElement()
        .asString()
        .startsWith("retain: false, or a topic without {stream}; ");
    assertThat(problems("a", Form.JSON, Compression.NONE, false, "status"))
        .containsExactly(
            "deviceStatusTopic: {device} in it; each device has a retained message of its own");
    assertThat(problems("a", Form.JSON, Compression.NONE, false, "{device}/{lane}"))
        .singleElement()
        .asString()
        .startsWith("deviceStatusTopic: one of the names [device, gateway, uplink]");
  }
}

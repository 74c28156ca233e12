package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.batch.ClockOffsets;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicTemplateTest {

  @Test
  void namesInBracesAreFilledIn() {
    var template = TopicTemplate.of("site/{gateway}/{lane}", TopicTemplate.READINGS);
    assertThat(template.fill(Map.of("gateway", "a$1", "lane", "live"))).isEqualTo("site/a$1/live");
  }

  @Test
  void whatIsNoTopicIsRefused() {
    for (String bad :
        new String[] {"", "a/+/b", "a/#", "a\0", "{nobody}", "{gateway", "x}", "{}"}) {
      assertThatThrownBy(() -> TopicTemplate.of(bad, TopicTemplate.READINGS))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> TopicTemplate.of("s/{stream}", TopicTemplate.STATUS))
        .hasMessageContaining("gateway");
    var template = TopicTemplate.of("{gateway}", TopicTemplate.READINGS);
    assertThatThrownBy(() -> template.fill(Map.of("gateway", "a#")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void compressionShowsInTheTopicOnceOnly() throws Exception {
    assertThat(topic("a", true, Lane.LIVE)).isEqualTo("a/zstd");
    assertThat(topic("a/{encoding}/b", true, Lane.LIVE)).isEqualTo("a/zstd/b");
    assertThat(topic("a/{encoding}/b", false, Lane.LIVE)).isEqualTo("a/json/b");
    assertThat(topic("a", Form.JSON, Compression.GZIP, Lane.LIVE)).isEqualTo("a/gzip");
    assertThat(topic("a", Form.CBOR, Compression.NONE, Lane.LIVE)).isEqualTo("a/cbor");
    assertThat(topic("a", Form.CBOR, Compression.GZIP, Lane.LIVE)).isEqualTo("a/cbor-gzip");
    assertThat(topic("{encoding}/a", Form.CBOR, Compression.ZSTD, Lane.LIVE))
        .isEqualTo("cbor-zstd/a");
    assertThat(topic("a/{lane}/{stream}/{uplink}", false, Lane.HISTORY)).isEqualTo("a/history/S/u");
  }

  private static String topic(String template, boolean zstd, Lane lane) throws Exception {
    return topic(template, Form.JSON, zstd ? Compression.ZSTD : Compression.NONE, lane);
  }

  private static String topic(String template, Form form, Compression compression, Lane lane)
      throws Exception {
    try (MqttConnector connector =
        new MqttConnector(
            new MqttForm("g", "u", template, "", form, compression, 4_096), ClockOffsets.NONE)) {
      MqttConversation conversation = connector.conversation("S");
      assertThat(conversation.will()).isNull();
      assertThat(conversation.greeting(0)).isEmpty();
      var record =
          new dev.sluice.gateway.outbox.OutboxRecord(
              1,
              dev.sluice.gateway.outbox.RecordKind.DATA,
              1,
              DataRecords.counter(1_000, Buffer.buffer().length()));
      return conversation.render(record, lane, 1).messages().get(0).topic();
    }
  }
}

package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.ClockOffsets;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.Map;

/**
 * Any MQTT broker: the messages described in the documentation of this package on one topic, and a
 * retained status on another.
 */
public final class MqttConnector implements Connector {

  private final MqttForm form;
  private final Packing packing;
  private final TopicTemplate topic;
  private final String statusTopic;
  private final DeviceParts parts;
  private final ClockOffsets offsets;
  private final Tokens message;

  /**
   * Checks the topics.
   *
   * @param offsets by which times are corrected that were taken before the clock was trusted
   * @throws IllegalArgumentException if a topic is none
   */
  public MqttConnector(MqttForm form, ClockOffsets offsets) {
    this.offsets = offsets;
    this.form = form;
    this.topic = TopicTemplate.of(form.topic(), TopicTemplate.READINGS);
    this.statusTopic =
        form.statusTopic().isEmpty()
            ? ""
            : TopicTemplate.of(form.statusTopic(), TopicTemplate.STATUS)
                .fill(Map.of("gateway", form.gateway(), "uplink", form.uplink()));
    this.packing = new Packing(form.form(), form.compression());
    this.parts = new DeviceParts(form.form(), offsets);
    this.message = Tokens.of(form.form(), 64 << 10);
  }

  @Override
  public Future<Conversation> begin(String stream) {
    return Future.succeededFuture(conversation(stream));
  }

  MqttConversation conversation(String stream) {
    var topics = new EnumMap<Lane, String>(Lane.class);
    for (Lane lane : Lane.values()) {
      topics.put(lane, topic(lane, stream));
    }
    return new MqttConversation(
        form, stream, topics, statusTopic, packing, parts, offsets, message);
  }

  private String topic(Lane lane, String stream) {
    String filled =
        topic.fill(
            Map.of(
                "gateway", form.gateway(),
                "uplink", form.uplink(),
                "lane", lane.word(),
                "stream", stream,
                "encoding", packing.encoding()));
    return packing.isMarked() && !topic.uses("encoding")
        ? filled + "/" + packing.encoding()
        : filled;
  }

  @Override
  public void close() {
    packing.close();
  }
}

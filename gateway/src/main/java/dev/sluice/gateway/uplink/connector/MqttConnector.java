package dev.sluice.gateway.uplink.connector;

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
  private final Tokens message;

  /**
   * Checks the topics.
   *
   * @throws IllegalArgumentException if a topic is none
   */
  public MqttConnector(MqttForm form) {
    this.form = form;
    this.topic = TopicTemplate.of(form.topic(), TopicTemplate.READINGS);
    this.statusTopic =
        form.statusTopic().isEmpty()
            ? ""
            : TopicTemplate.of(form.statusTopic(), TopicTemplate.STATUS)
                .fill(Map.of("gateway", form.gateway(), "uplink", form.uplink()));
    this.packing = new Packing(form.form(), form.compression());
    this.parts = new DeviceParts(form.form());
    this.message = Tokens.of(form.form(), 64 << 10);
  }

  @Override
  public Conversation begin(String stream) {
    var topics = new EnumMap<Lane, String>(Lane.class);
    for (Lane lane : Lane.values()) {
      topics.put(lane, topic(lane, stream));
    }
    return new MqttConversation(form, stream, topics, statusTopic, packing, parts, message);
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

package dev.sluice.gateway.uplink.connector;

import java.util.EnumMap;
import java.util.Map;

/**
 * Any MQTT broker: the JSON form described in the documentation of the gateway, on one topic, and a
 * retained status on another.
 */
public final class MqttConnector implements Connector {

  private final MqttForm form;
  private final Packing packing;
  private final TopicTemplate topic;
  private final String statusTopic;
  private final DeviceParts parts = new DeviceParts();
  private final JsonBytes message = new JsonBytes(64 << 10);

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
    this.packing = new Packing(form.zstd());
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
    return packing.compresses() && !topic.uses("encoding") ? filled + "/zstd" : filled;
  }

  @Override
  public void close() {
    packing.close();
  }
}

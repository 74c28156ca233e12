package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.uplink.credential.Credentials;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any MQTT broker: the messages described in the documentation of this package, a retained status
 * of the gateway, and, if wanted, one of each device.
 */
public final class MqttConnector implements Connector {

  private final MqttForm form;
  private final Packing packing;
  private final TopicTemplate topic;
  private final String statusTopic;
  private final @Nullable DeviceStatus devices;
  private final ClockOffsets offsets;
  private final Renderer renderer;

  /**
   * One to which no device is known.
   *
   * @param offsets by which times are corrected that were taken before the clock was trusted
   * @throws IllegalArgumentException if a topic is none
   */
  public MqttConnector(MqttForm form, ClockOffsets offsets) {
    this(form, offsets, new CurrentValues());
  }

  /**
   * Checks the topics.
   *
   * @param offsets by which times are corrected that were taken before the clock was trusted
   * @param current the states of devices when a connection begins
   * @throws IllegalArgumentException if a topic is none
   */
  public MqttConnector(MqttForm form, ClockOffsets offsets, CurrentValues current) {
    this.offsets = offsets;
    this.form = form;
    this.topic = TopicTemplate.of(form.topic(), TopicTemplate.READINGS);
    this.statusTopic =
        form.statusTopic().isEmpty()
            ? ""
            : TopicTemplate.of(form.statusTopic(), TopicTemplate.STATUS)
                .fill(Map.of("gateway", form.gateway(), "uplink", form.uplink()));
    this.devices =
        form.deviceStatusTopic().isEmpty() ? null : new DeviceStatus(form, offsets, current);
    this.packing = new Packing(form.form(), form.compression());
    this.renderer = Renderer.of(form, packing, new RecordTimes(offsets));
  }

  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    return Future.succeededFuture(conversation(stream));
  }

  MqttConversation conversation(String stream) {
    String encoding = packing.encoding();
    String suffix = packing.isMarked() && !topic.uses("encoding") ? "/" + encoding : "";
    var topics = new Topics(topic, form, stream, encoding, suffix);
    return new MqttConversation(form, stream, topics, statusTopic, renderer, offsets, devices);
  }

  @Override
  public void close() {
    packing.close();
  }
}

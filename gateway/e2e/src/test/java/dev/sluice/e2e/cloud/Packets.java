package dev.sluice.e2e.cloud;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import java.util.List;

/** The packets that a server sends. */
final class Packets {

  private Packets() {}

  /** In bytes: Netty knows no code 7. */
  static ByteBuf connack(boolean sessionPresent, int code) {
    return Unpooled.wrappedBuffer(
        new byte[] {0x20, 2, (byte) (sessionPresent ? 1 : 0), (byte) code});
  }

  static MqttMessage puback(int packetId) {
    return MqttMessageBuilders.pubAck().packetId(packetId).build();
  }

  static MqttMessage pingresp() {
    return new MqttMessage(header(MqttMessageType.PINGRESP));
  }

  static MqttMessage suback(int packetId, List<Integer> granted) {
    return new MqttSubAckMessage(
        header(MqttMessageType.SUBACK),
        MqttMessageIdVariableHeader.from(packetId),
        new MqttSubAckPayload(granted));
  }

  static MqttMessage unsuback(int packetId) {
    return new MqttUnsubAckMessage(
        header(MqttMessageType.UNSUBACK), MqttMessageIdVariableHeader.from(packetId));
  }

  static MqttMessage publish(
      String topic, byte[] payload, int qos, boolean duplicate, int packetId) {
    return new MqttPublishMessage(
        new MqttFixedHeader(MqttMessageType.PUBLISH, duplicate, MqttQoS.valueOf(qos), false, 0),
        new MqttPublishVariableHeader(topic, packetId),
        Unpooled.wrappedBuffer(payload));
  }

  private static MqttFixedHeader header(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }
}

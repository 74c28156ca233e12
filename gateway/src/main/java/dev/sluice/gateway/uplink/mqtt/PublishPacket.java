package dev.sluice.gateway.uplink.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;

/**
 * A message as it goes over the wire at QoS 1; MQTT 3.1.1, 2.2 and 3.3. The payload is copied once,
 * to where the socket takes it from.
 */
final class PublishPacket {

  private static final int RETAIN = 1;
  private static final int QOS_SHIFT = 1;
  private static final int TYPE_SHIFT = 4;
  private static final int MAX_TOPIC = 65_535;

  private PublishPacket() {}

  /**
   * The packet.
   *
   * @param id 1 to 65535
   * @throws IllegalArgumentException for a topic that is none
   */
  static ByteBuf of(Publication message, int id, ByteBufAllocator memory) {
    byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
    if (topic.length == 0 || topic.length > MAX_TOPIC) {
      throw new IllegalArgumentException("a topic of " + topic.length + " bytes");
    }
    int rest = 2 + topic.length + 2 + message.payload().length();
    ByteBuf packet = memory.directBuffer(Publication.OVERHEAD + rest);
    packet.writeByte(
        (MqttMessageType.PUBLISH.value() << TYPE_SHIFT)
            | (Qos.AT_LEAST_ONCE.wire.value() << QOS_SHIFT)
            | (message.retained() ? RETAIN : 0));
    writeLength(packet, rest);
    packet.writeShort(topic.length).writeBytes(topic).writeShort(id);
    return packet.writeBytes(((BufferInternal) message.payload()).getByteBuf());
  }

  /** Seven bits a byte, the lowest first. */
  private static void writeLength(ByteBuf packet, int length) {
    int left = length;
    while (left > 0x7f) {
      packet.writeByte((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    packet.writeByte(left);
  }
}

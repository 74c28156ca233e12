package dev.sluice.gateway.uplink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write ourselves is what the decoder of others reads. */
class PublishPacketTest {

  private static final int MAX = 1 << 23;

  private static ByteBuf packet(Publication message, int id) {
    return PublishPacket.of(message, id, ByteBufAllocator.DEFAULT);
  }

  /** Around each step of the length field, which has one to four bytes. */
  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 117, 118, 119, 16_372, 16_373, 16_374, 2_097_141, 2_097_142, 3_000_000})
  void othersReadWhatWasSaid(int size) {
    Buffer payload = Buffer.buffer(size);
    for (int i = 0; i < size; i++) {
      payload.appendByte((byte) i);
    }
    var message = new Publication("a/ü/€", payload, size % 2 == 1);
    int id = size == 0 ? 1 : 65_535;

    var channel = new EmbeddedChannel(new MqttDecoder(MAX));
    channel.writeInbound(packet(message, id));
    MqttPublishMessage read = channel.readInbound();

    assertThat(read.decoderResult().isSuccess()).isTrue();
    assertThat(read.fixedHeader().qosLevel()).isEqualTo(MqttQoS.AT_LEAST_ONCE);
    assertThat(read.fixedHeader().isDup()).isFalse();
    assertThat(read.fixedHeader().isRetain()).isEqualTo(message.retained());
    assertThat(read.variableHeader().topicName()).isEqualTo("a/ü/€");
    assertThat(read.variableHeader().packetId()).isEqualTo(id);
    assertThat(ByteBufUtil.getBytes(read.payload())).isEqualTo(payload.getBytes());
    assertThat(channel.<Object>readInbound()).as("nothing is left over").isNull();
    read.release();
    channel.finishAndReleaseAll();
  }

  @Test
  void theBytesAreThoseOfTheSpecification() {
    ByteBuf packet = packet(new Publication("a/b", Buffer.buffer("hi"), true), 10);

    assertThat(ByteBufUtil.hexDump(packet)).isEqualTo("33" + "09" + "0003612f62" + "000a" + "6869");
    packet.release();
  }

  @Test
  void aMessageCanBeSentAgain() {
    var message = new Publication("t", Buffer.buffer("again"), false);

    ByteBuf first = packet(message, 1);
    ByteBuf second = packet(message, 1);

    assertThat(first).isEqualTo(second);
    assertThat(message.payload().toString()).isEqualTo("again");
    first.release();
    second.release();
  }

  @Test
  void whatIsNoTopicIsRefused() {
    assertThatThrownBy(() -> packet(new Publication("", Buffer.buffer(), false), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> packet(new Publication("x".repeat(65_536), Buffer.buffer(), false), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

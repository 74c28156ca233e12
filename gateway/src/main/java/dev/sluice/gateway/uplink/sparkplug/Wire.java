package dev.sluice.gateway.uplink.sparkplug;

import com.google.protobuf.CodedOutputStream;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * The one counter of a node. What is finished here is written next: send time and seq are added at
 * that moment, whatever waited for how long.
 */
final class Wire {

  /** What timestamp and seq add to a message, at most. */
  static final int MOST = 16;

  private static final int COUNT = 256;

  private int seq;

  /** The next message is the birth of the node. */
  void restart() {
    seq = 0;
  }

  /**
   * A message as it is sent.
   *
   * @param payload without timestamp and seq
   */
  Publication finish(String topic, byte[] payload, long nowMillis) {
    int number = seq;
    seq = (seq + 1) % COUNT;
    long millis = Math.max(0, nowMillis);
    int size =
        CodedOutputStream.computeUInt64Size(Payload.TIMESTAMP_FIELD_NUMBER, millis)
            + payload.length
            + CodedOutputStream.computeUInt64Size(Payload.SEQ_FIELD_NUMBER, number);
    var bytes = new byte[size];
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt64(Payload.TIMESTAMP_FIELD_NUMBER, millis);
      out.writeRawBytes(payload);
      out.writeUInt64(Payload.SEQ_FIELD_NUMBER, number);
    } catch (IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
    return new Publication(topic, Buffer.buffer(bytes), Qos.AT_MOST_ONCE, false);
  }
}

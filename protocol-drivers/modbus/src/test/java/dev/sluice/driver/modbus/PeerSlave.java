package dev.sluice.driver.modbus;

import dev.sluice.driver.testkit.DriverPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A slave of one unit, with all addresses of all tables. */
final class PeerSlave implements DriverPeer {

  static final int UNIT = 3;

  /** How requests and replies are framed; written from the specification, not from the driver. */
  interface Frames {

    /** How many bytes the request takes that begins here; 0 if it is not whole. */
    int length(Buffer received, int at);

    /** Function, address and count of a request, five bytes. */
    Buffer pdu(Buffer frame);

    Buffer reply(Buffer frame, Buffer pdu);
  }

  private final NetServer server;
  private final Frames frames;
  private volatile int round = 1;

  PeerSlave(Vertx vertx, Frames frames) {
    this.frames = frames;
    this.server = vertx.createNetServer().connectHandler(this::connected);
  }

  private void connected(NetSocket socket) {
    socket.exceptionHandler(e -> socket.close());
    var received = Buffer.buffer();
    int[] at = {0};
    socket.handler(
        chunk -> {
          received.appendBuffer(chunk);
          for (int length = frames.length(received, at[0]);
              length > 0;
              length = frames.length(received, at[0])) {
            Buffer frame = received.getBuffer(at[0], at[0] + length);
            socket.write(frames.reply(frame, reply(frames.pdu(frame))));
            at[0] += length;
          }
        });
  }

  private Buffer reply(Buffer request) {
    int function = request.getUnsignedByte(0);
    int address = request.getUnsignedShort(1);
    int count = request.getUnsignedShort(3);
    byte[] data = new byte[function <= 2 ? (count + 7) / 8 : 2 * count];
    for (int i = 0; i < count; i++) {
      if (function <= 2) {
        data[i / 8] |= (byte) (bit(function, address + i, round) << (i % 8));
      } else {
        int value = register(function, address + i, round);
        data[2 * i] = (byte) (value >> 8);
        data[2 * i + 1] = (byte) value;
      }
    }
    return Buffer.buffer()
        .appendUnsignedByte((short) function)
        .appendUnsignedByte((short) data.length)
        .appendBytes(data);
  }

  static int bit(int function, int address, int round) {
    return (function + address + round) & 1;
  }

  /** Below 0x8000, so that it is the same with and without sign; odd and even in turn by round. */
  static int register(int function, int address, int round) {
    return (function * 5000 + address * 3 + round * 1001) & 0x7FFF;
  }

  @Override
  public Future<Integer> start() {
    return server.listen(0, "127.0.0.1").map(NetServer::actualPort);
  }

  @Override
  public Future<Void> serve(int next) {
    round = next;
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    return server.close();
  }

  /** Implementation guide for TCP, section 3.1.3. */
  static final class TcpFrames implements Frames {

    @Override
    public int length(Buffer received, int at) {
      return received.length() - at >= 12 ? 12 : 0;
    }

    @Override
    public Buffer pdu(Buffer frame) {
      return frame.getBuffer(7, 12);
    }

    @Override
    public Buffer reply(Buffer frame, Buffer pdu) {
      return Buffer.buffer()
          .appendBuffer(frame.getBuffer(0, 4))
          .appendUnsignedShort(1 + pdu.length())
          .appendUnsignedByte((short) UNIT)
          .appendBuffer(pdu);
    }
  }

  /** Serial line guide, sections 2.5.1 and 6.2.2. */
  static final class RtuFrames implements Frames {

    @Override
    public int length(Buffer received, int at) {
      return received.length() - at >= 8 ? 8 : 0;
    }

    @Override
    public Buffer pdu(Buffer frame) {
      return frame.getBuffer(1, 6);
    }

    @Override
    public Buffer reply(Buffer frame, Buffer pdu) {
      Buffer body = Buffer.buffer().appendUnsignedByte((short) UNIT).appendBuffer(pdu);
      int crc = 0xFFFF;
      for (byte b : body.getBytes()) {
        crc ^= b & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
      }
      return body.appendUnsignedByte((short) (crc & 0xFF)).appendUnsignedByte((short) (crc >> 8));
    }
  }

  /** Serial line guide, sections 2.5.2 and 6.2.1. */
  static final class AsciiFrames implements Frames {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    @Override
    public int length(Buffer received, int at) {
      return received.length() - at >= 17 ? 17 : 0;
    }

    @Override
    public Buffer pdu(Buffer frame) {
      byte[] bytes = HEX.parseHex(frame.getString(1, 15));
      return Buffer.buffer().appendBytes(bytes, 1, 5);
    }

    @Override
    public Buffer reply(Buffer frame, Buffer pdu) {
      Buffer body = Buffer.buffer().appendUnsignedByte((short) UNIT).appendBuffer(pdu);
      int sum = 0;
      for (byte b : body.getBytes()) {
        sum += b;
      }
      body.appendByte((byte) -sum);
      String text = ":" + HEX.formatHex(body.getBytes()) + "\r\n";
      return Buffer.buffer(text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}

package dev.sluice.driver.modbus.tcp;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A Modbus TCP server that says exactly what a test tells it to, byte for byte. */
final class ScriptedServer {

  /** A request as it came, and the connection that it came on. */
  record Asked(NetSocket socket, Buffer frame) {

    int id() {
      return frame.getUnsignedShort(0);
    }

    int address() {
      return frame.getUnsignedShort(8);
    }

    int count() {
      return frame.getUnsignedShort(10);
    }

    /** A well-formed frame that answers under any transaction id. */
    Buffer reply(int id, String pdu) {
      return ScriptedServer.frame(id, 0, frame.getUnsignedByte(6), pdu);
    }

    Buffer reply(String pdu) {
      return reply(id(), pdu);
    }

    /** Answers with holding or input registers. */
    Buffer registers(int... values) {
      return registersAs(id(), values);
    }

    Buffer registersAs(int id, int... values) {
      Buffer pdu =
          Buffer.buffer().appendByte(frame.getByte(7)).appendByte((byte) (2 * values.length));
      for (int value : values) {
        pdu.appendUnsignedShort(value);
      }
      return reply(id, HexFormat.of().formatHex(pdu.getBytes()));
    }

    void send(Buffer bytes) {
      socket.write(bytes);
    }
  }

  final BlockingQueue<Asked> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<NetSocket> connections = new LinkedBlockingQueue<>();
  final BlockingQueue<NetSocket> closed = new LinkedBlockingQueue<>();
  private final NetServer server;
  private volatile Consumer<Asked> script = requests::add;

  ScriptedServer(Vertx vertx) {
    server =
        vertx
            .createNetServer(new NetServerOptions().setHost("127.0.0.1").setPort(0))
            .connectHandler(this::connected);
    TestLine.await(server.listen());
  }

  static Buffer frame(int id, int protocol, int unit, String pdu) {
    byte[] bytes = HexFormat.of().parseHex(pdu.replace(" ", ""));
    return Buffer.buffer()
        .appendUnsignedShort(id)
        .appendUnsignedShort(protocol)
        .appendUnsignedShort(bytes.length + 1)
        .appendUnsignedByte((short) unit)
        .appendBytes(bytes);
  }

  /** Answers each request by itself from now on, on the connection's event loop. */
  void answerWith(Consumer<Asked> answer) {
    script = answer;
  }

  private void connected(NetSocket socket) {
    var received = Buffer.buffer();
    int[] at = {0};
    socket.handler(
        chunk -> {
          received.appendBuffer(chunk);
          for (; received.length() - at[0] >= TcpPoll.FRAME_BYTES; at[0] += TcpPoll.FRAME_BYTES) {
            script.accept(
                new Asked(socket, received.getBuffer(at[0], at[0] + TcpPoll.FRAME_BYTES)));
          }
        });
    socket.exceptionHandler(e -> {});
    socket.closeHandler(v -> closed.add(socket));
    connections.add(socket);
  }

  int port() {
    return server.actualPort();
  }

  /** The next request, once it comes. */
  Asked next() {
    return TestLine.take(requests);
  }

  void close() {
    TestLine.await(server.close());
  }
}

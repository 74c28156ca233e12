package dev.sluice.gateway;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Unit 1 behind Modbus TCP with holding registers and coils, which writes down every request that
 * would change something: {@code fc6 10=23}.
 */
final class ModbusSlave {

  private static final int HEADER = 6;

  final AtomicIntegerArray registers = new AtomicIntegerArray(100);
  final AtomicIntegerArray coils = new AtomicIntegerArray(100);
  final Queue<String> writes = new ConcurrentLinkedQueue<>();

  /** Does what it is told, and says nothing of it. */
  volatile boolean mute;

  private final Vertx vertx;
  private NetServer server;

  ModbusSlave(Vertx vertx) {
    this.vertx = vertx;
  }

  Future<?> listen() {
    server = vertx.createNetServer().connectHandler(this::serve);
    return server.listen(0, "127.0.0.1");
  }

  int port() {
    return server.actualPort();
  }

  private void serve(NetSocket socket) {
    RecordParser frames = RecordParser.newFixed(HEADER, socket);
    frames.handler(
        new Handler<>() {
          private Buffer header;

          @Override
          public void handle(Buffer part) {
            if (header == null) {
              header = part;
              frames.fixedSizeMode(part.getUnsignedShort(4));
              return;
            }
            Buffer answer = answer(part);
            if (!mute) {
              socket.write(
                  header
                      .copy()
                      .setUnsignedShort(4, answer.length() + 1)
                      .appendByte(part.getByte(0))
                      .appendBuffer(answer));
            }
            header = null;
            frames.fixedSizeMode(HEADER);
          }
        });
  }

  private Buffer answer(Buffer request) {
    int function = request.getUnsignedByte(1);
    int address = request.getUnsignedShort(2);
    int value = request.getUnsignedShort(4);
    switch (function) {
      case 1 -> {
        int bits = coils.get(address);
        return Buffer.buffer().appendByte((byte) 1).appendByte((byte) 1).appendByte((byte) bits);
      }
      case 3 -> {
        Buffer read = Buffer.buffer().appendByte((byte) 3).appendByte((byte) (2 * value));
        for (int i = 0; i < value; i++) {
          read.appendShort((short) registers.get(address + i));
        }
        return read;
      }
      case 5, 6 -> {
        writes.add("fc" + function + " " + address + "=" + (short) value);
        if (function == 5) {
          coils.set(address, value == 0 ? 0 : 1);
        } else {
          registers.set(address, value);
        }
        return request.getBuffer(1, request.length());
      }
      default -> {
        writes.add("fc" + function + " " + address + " and more");
        return Buffer.buffer().appendByte((byte) (function | 0x80)).appendByte((byte) 1);
      }
    }
  }
}

package dev.sluice.simulator.modbus;

import dev.sluice.simulator.spec.Fault;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client and the one to the slave behind it. On the line's context.
 *
 * <p>Requests are looked at one by one; replies of the slave pass as they are.
 */
final class Front {

  private static final int GATEWAY_TARGET_FAILED = 11;

  private final Vertx vertx;
  private final Map<Integer, RegisterBank> units;
  private final NetSocket client;
  private final NetSocket slave;
  private Buffer pending = Buffer.buffer();
  private boolean open = true;

  Front(Vertx vertx, Map<Integer, RegisterBank> units, NetSocket client, NetSocket slave) {
    this.vertx = vertx;
    this.units = units;
    this.client = client;
    this.slave = slave;
    client.handler(this::received);
    slave.handler(client::write);
    slave.closeHandler(v -> close());
    client.exceptionHandler(e -> close());
    slave.exceptionHandler(e -> close());
  }

  void close() {
    if (open) {
      open = false;
      client.close();
      slave.close();
    }
  }

  private void received(Buffer bytes) {
    pending.appendBuffer(bytes);
    int at = 0;
    while (open && pending.length() - at >= 6) {
      int length = pending.getUnsignedShort(at + 4);
      if (pending.getUnsignedShort(at + 2) != 0
          || length < Frame.MIN_LENGTH
          || length > Frame.MAX_LENGTH) {
        // No way to tell where the next request begins.
        close();
        return;
      }
      if (pending.length() - at < 6 + length) {
        break;
      }
      request(new Frame(pending.getBuffer(at, at + 6 + length)));
      at += 6 + length;
    }
    pending = pending.getBuffer(at, pending.length());
  }

  private void request(Frame frame) {
    @Nullable RegisterBank unit = units.get(frame.unit());
    if (unit == null) {
      client.write(frame.exception(GATEWAY_TARGET_FAILED));
      return;
    }
    Fault fault = unit.fault().now();
    if (fault instanceof Fault.Drop) {
      close();
    } else if (fault instanceof Fault.Refuse refuse) {
      client.write(frame.exception(refuse.code()));
    } else if (fault instanceof Fault.Delay delay) {
      vertx.setTimer(delay.time().toMillis(), id -> healthy(frame));
    } else if (fault instanceof Fault.WrongLength && frame.refusal() == 0) {
      client.write(frame.shortReply());
    } else if (!(fault instanceof Fault.Silence)) {
      healthy(frame);
    }
  }

  private void healthy(Frame frame) {
    if (!open) {
      return;
    }
    if (frame.refusal() == 0) {
      slave.write(frame.bytes());
    } else {
      client.write(frame.exception(frame.refusal()));
    }
  }
}

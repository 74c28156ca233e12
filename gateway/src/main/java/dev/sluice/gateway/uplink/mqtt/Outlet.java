package dev.sluice.gateway.uplink.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;

/**
 * Where messages at QoS 1 leave: past the MQTT client, which would copy their payload three times,
 * and in one order with what it writes itself. Of one event loop.
 */
final class Outlet {

  /**
   * So much goes to the socket at once. What is written in one turn of the loop waits for its end
   * otherwise, and large messages are out of the processor's caches by then.
   */
  private static final int FLUSH_BYTES = 64 << 10;

  private final NetSocketInternal socket;
  private int waiting;

  Outlet(NetSocketInternal socket) {
    this.socket = socket;
  }

  NetSocketInternal socket() {
    return socket;
  }

  /**
   * Sends a message.
   *
   * @param id 1 to 65535
   */
  Future<Void> write(Publication message, int id) {
    ChannelHandlerContext to = socket.channelHandlerContext();
    Future<Void> written = socket.writeMessage(PublishPacket.of(message, id, to.alloc()));
    waiting += message.size();
    if (waiting >= FLUSH_BYTES) {
      waiting = 0;
      to.flush();
    }
    return written;
  }
}

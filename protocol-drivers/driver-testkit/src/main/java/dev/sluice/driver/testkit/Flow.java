package dev.sluice.driver.testkit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * One direction of one connection: takes what arrives, lets it wait, and delivers it as the faults
 * have it. On the proxy's context only.
 *
 * <p>Bounded: it stops reading while {@value #MAX_QUEUED} bytes wait.
 */
final class Flow {

  private static final int MAX_QUEUED = 1 << 20;

  private final Vertx vertx;
  private final NetSocket from;
  private final NetSocket to;
  private final Faults faults;
  private final IntConsumer arrived;
  private final Consumer<Buffer> delivered;
  private final Consumer<Cut> ended;

  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private int queued;
  private long freeAt = System.nanoTime();
  private boolean timerRuns;
  private boolean sourceEnded;
  private Cut sourceEnd = Cut.FIN;
  private boolean done;

  private record Waiting(Buffer bytes, long due) {}

  /**
   * A flow that is not yet running.
   *
   * @param arrived told how many bytes came in
   * @param delivered told of all bytes that went out
   * @param ended told once how the connection has to end
   */
  Flow(
      Vertx vertx,
      NetSocket from,
      NetSocket to,
      Faults faults,
      IntConsumer arrived,
      Consumer<Buffer> delivered,
      Consumer<Cut> ended) {
    this.vertx = vertx;
    this.from = from;
    this.to = to;
    this.faults = faults;
    this.arrived = arrived;
    this.delivered = delivered;
    this.ended = ended;
  }

  void start() {
    from.handler(this::received);
    to.drainHandler(v -> pump());
    from.resume();
  }

  private void received(Buffer bytes) {
    if (done) {
      return;
    }
    queue.add(new Waiting(bytes, System.nanoTime() + faults.delayNanos()));
    queued += bytes.length();
    if (queued > MAX_QUEUED) {
      from.pause();
    }
    arrived.accept(bytes.length());
    pump();
  }

  /** The sender is gone; what it sent before is still delivered. */
  void sourceEnded(Cut how) {
    if (!sourceEnded) {
      sourceEnded = true;
      sourceEnd = how;
      pump();
    }
  }

  /** Nobody is there to take anything any more. */
  void stop() {
    done = true;
    queue.clear();
    queued = 0;
  }

  /** Delivers what may go now. Called whenever something changed: bytes, faults, time, room. */
  void pump() {
    while (!done && !timerRuns && !queue.isEmpty() && !to.writeQueueFull()) {
      if (faults.isBlackHole()) {
        queue.clear();
        queued = 0;
        break;
      }
      Waiting head = queue.element();
      long wait = Math.max(head.due - System.nanoTime(), freeAt - System.nanoTime());
      if (wait > 0) {
        waitFor(wait);
        return;
      }
      Cut cut = faults.takeCut();
      if (cut != null) {
        stop();
        ended.accept(cut);
        return;
      }
      deliver(head);
    }
    if (!done && queued <= MAX_QUEUED / 2) {
      from.resume();
    }
    if (!done && sourceEnded && queue.isEmpty() && !faults.isBlackHole()) {
      stop();
      ended.accept(sourceEnd);
    }
  }

  private void deliver(Waiting head) {
    queue.remove();
    int length = head.bytes.length();
    int piece = faults.allowed(Math.min(length, faults.pieceLength()));
    if (piece < length) {
      queue.addFirst(new Waiting(head.bytes.slice(piece, length), head.due));
    }
    queued -= piece;
    freeAt = System.nanoTime() + faults.nanosFor(piece);
    Buffer out = faults.pass(head.bytes.slice(0, piece));
    delivered.accept(out);
    to.write(out);
  }

  private void waitFor(long nanos) {
    timerRuns = true;
    vertx.setTimer(
        nanos / 1_000_000 + 1,
        id -> {
          timerRuns = false;
          pump();
        });
  }

  /** Ends the stream towards a socket in one way; reading from it goes on. */
  static void halfClose(NetSocket socket) {
    if (channel(socket) instanceof DuplexChannel duplex) {
      ChannelFuture unused = duplex.shutdownOutput();
    }
  }

  static void close(NetSocket socket, Cut how) {
    Channel channel = channel(socket);
    if (how == Cut.RESET) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    // Not NetSocket.close(): that only calls the shutdown handler where one is set.
    ChannelFuture unused = channel.close();
  }

  private static Channel channel(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }
}

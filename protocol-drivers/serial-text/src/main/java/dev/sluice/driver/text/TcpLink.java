package dev.sluice.driver.text;

import dev.sluice.driver.LineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A {@link Link} over TCP. */
final class TcpLink implements Link {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  /** Also bounds the look-up of the name, which the timeout above does not. */
  private static final int ATTEMPT_TIMEOUT_MILLIS = 8_000;

  private final TcpTarget target;
  private final LineContext context;
  private @Nullable NetSocket socket;
  private @Nullable Listener listener;
  private @Nullable Promise<Void> attempt;
  private boolean closed;

  TcpLink(TcpTarget target, LineContext context) {
    this.target = target;
    this.context = context;
  }

  @Override
  public Future<Void> open(Listener whoListens) {
    if (closed) {
      return Future.failedFuture(target + ": the line is closed");
    }
    if (attempt != null || socket != null) {
      throw new IllegalStateException("BUG: connecting to " + target + " while connected");
    }
    Promise<Void> promise = Promise.promise();
    attempt = promise;
    long timer =
        context
            .vertx()
            .setTimer(
                ATTEMPT_TIMEOUT_MILLIS,
                id ->
                    promise.tryFail(target + " did not answer: is it on, and is the name right?"));
    context
        .resolve(target.host())
        .compose(this::dial)
        .onSuccess(made -> connected(made, promise, whoListens))
        .onFailure(e -> promise.tryFail(inWords(e)));
    return promise
        .future()
        .onComplete(
            ended -> {
              attempt = null;
              context.vertx().cancelTimer(timer);
            });
  }

  private Future<NetSocket> dial(String address) {
    return context
        .netClient()
        .connect(
            new ConnectOptions()
                .setHost(address)
                .setPort(target.port())
                .setTimeout(CONNECT_TIMEOUT_MILLIS));
  }

  private void connected(NetSocket made, Promise<Void> promise, Listener whoListens) {
    if (promise.future().isComplete()) {
      // Nobody waits for it any more: timed out or closed.
      made.close();
      return;
    }
    socket = made;
    made.handler(bytes -> whoListens.received(bytes, context.time().nanoTime()));
    var cause = new StringBuilder(target + " closed the connection");
    made.exceptionHandler(e -> cause.append(": ").append(e.getMessage()));
    made.closeHandler(
        v -> {
          if (socket == made) {
            socket = null;
            whoListens.down(cause.toString());
          }
        });
    listener = whoListens;
    promise.complete();
  }

  @Override
  public boolean isOpen() {
    return socket != null;
  }

  @Override
  public void write(Buffer bytes, LongConsumer gone) {
    NetSocket open = socket;
    if (open == null) {
      throw new IllegalStateException("BUG: writing to " + target + " while it is down");
    }
    // What becomes of a write that fails is told by the close handler.
    open.write(bytes);
    gone.accept(context.time().nanoTime());
  }

  @Override
  public boolean setBaud(int baud) {
    return false;
  }

  @Override
  public void neverSilent(String reason) {
    NetSocket open = socket;
    Listener told = listener;
    if (open != null && told != null) {
      socket = null;
      open.close();
      told.down(reason);
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    if (attempt != null) {
      attempt.tryFail(target + ": closed while connecting");
    }
    NetSocket open = socket;
    socket = null;
    return open == null ? Future.succeededFuture() : open.close();
  }

  private String inWords(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof UnknownHostException) {
      return target + ": no such host";
    }
    if (e instanceof ConnectException && message.toLowerCase(Locale.ROOT).contains("refused")) {
      return target + " refused the connection: is this the port of the device?";
    }
    if (message.toLowerCase(Locale.ROOT).contains("timed out")) {
      return target + " did not answer within " + CONNECT_TIMEOUT_MILLIS / 1000 + " s: is it on?";
    }
    return target + " cannot be reached: " + message;
  }
}

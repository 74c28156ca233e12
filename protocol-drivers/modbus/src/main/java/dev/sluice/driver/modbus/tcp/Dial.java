package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.LineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes connections to one peer, one at a time and each in bounded time. On the line's context. */
public final class Dial {

  private final TcpOptions options;
  private final LineContext context;
  private @Nullable Promise<NetSocket> attempt;

  public Dial(TcpOptions options, LineContext context) {
    this.options = options;
    this.context = context;
  }

  /** Whether an attempt is under way. */
  public boolean isUnderWay() {
    return attempt != null;
  }

  /**
   * Connects.
   *
   * @return fails with an exception that says in words what to look at
   */
  public Future<NetSocket> dial() {
    Promise<NetSocket> dialling = Promise.promise();
    attempt = dialling;
    int millis = (int) options.connectTimeout().toMillis();
    // The client's own time-out does not cover the resolution of the name.
    long timer =
        context
            .vertx()
            .setTimer(
                millis,
                id -> {
                  if (attempt == dialling) {
                    attempt = null;
                    dialling.fail(ConnectFailure.timeout(options));
                  }
                });
    context
        .resolve(options.host())
        .compose(address -> connect(address, millis))
        .onComplete(
            (connected, problem) -> {
              context.vertx().cancelTimer(timer);
              if (attempt != dialling) {
                if (connected != null) {
                  connected.close();
                }
                return;
              }
              attempt = null;
              if (connected == null) {
                dialling.fail(ConnectFailure.of(problem, options));
              } else {
                dialling.complete(connected);
              }
            });
    return dialling.future();
  }

  private Future<NetSocket> connect(String address, int millis) {
    return context
        .netClient()
        .connect(new ConnectOptions().setHost(address).setPort(options.port()).setTimeout(millis));
  }

  /** Ends an attempt that is under way. */
  public void cancel(String reason) {
    Promise<NetSocket> dialling = attempt;
    attempt = null;
    if (dialling != null) {
      dialling.fail(new IOException(reason));
    }
  }
}

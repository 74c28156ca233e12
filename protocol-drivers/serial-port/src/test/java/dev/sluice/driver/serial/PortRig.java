package dev.sluice.driver.serial;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A port with all that it needs around it; for the thread of a test. */
final class PortRig implements SerialPort.Listener, AutoCloseable {

  static final long MILLI = 1_000_000L;

  final Vertx vertx = Vertx.vertx();
  final TestLineContext context = await(TestLineContext.create(vertx));
  final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
  final BlockingQueue<String> stray = new LinkedBlockingQueue<>();
  final BlockingQueue<String> available = new LinkedBlockingQueue<>();
  final List<String> order = new CopyOnWriteArrayList<>();
  final SerialPort port;

  PortRig(Path path) {
    this("bus-a", options(path, 19_200));
  }

  /** With another gap between bytes than the usual one. */
  PortRig(Path path, Duration byteGap) {
    this("bus-a", new PortOptions(path.toString(), 19_200, 8, Parity.NONE, 1, null, byteGap));
  }

  PortRig(String line, PortOptions options) {
    context.onAvailable(() -> available.add("available"));
    port = new SerialPort(line, options, context, this);
  }

  static PortOptions options(Path path, int baud) {
    return new PortOptions(
        path.toString(), baud, 8, Parity.NONE, 1, null, PortOptions.DEFAULT_BYTE_GAP);
  }

  void open() {
    await(onContext(port::open));
  }

  /** The message with which opening fails. */
  String refusal() {
    return await(
        onContext(() -> port.open().transform(r -> Future.succeededFuture("" + r.cause()))));
  }

  Future<Outcome> start(PollClass pollClass, String request, int replyBytes, long timeoutMillis) {
    return start(
        new Exchange(
            pollClass,
            Buffer.buffer(request),
            replyBytes == 0 ? null : new FixedReply(replyBytes),
            timeoutMillis * MILLI,
            0,
            2 * MILLI,
            outcome -> {}));
  }

  Future<Outcome> start(Exchange exchange) {
    Promise<Outcome> ended = Promise.promise();
    var counted =
        new Exchange(
            exchange.pollClass(),
            exchange.request(),
            exchange.scanner(),
            exchange.timeoutNanos(),
            exchange.pauseBeforeNanos(),
            exchange.pauseAfterNanos(),
            outcome -> {
              context.checkContext("ending an exchange");
              order.add(exchange.request().toString(US_ASCII));
              ended.complete(outcome);
            });
    context.context().runOnContext(v -> port.submit(counted));
    return ended.future();
  }

  Outcome run(String request, int replyBytes, long timeoutMillis) {
    return await(start(PollClass.POLL, request, replyBytes, timeoutMillis));
  }

  <T> Future<T> onContext(Callable<Future<T>> call) {
    Promise<T> done = Promise.promise();
    context
        .context()
        .runOnContext(
            v -> {
              try {
                call.call().onComplete(done);
              } catch (Exception e) {
                done.fail(e);
              }
            });
    return done.future();
  }

  @Override
  public void received(Buffer bytes, long lastByteNanos) {
    context.checkContext("received()");
    stray.add(bytes.toString(US_ASCII));
  }

  @Override
  public void lost(String reason) {
    context.checkContext("lost()");
    lost.add(reason);
  }

  @Override
  public void close() {
    await(onContext(port::close));
    await(vertx.close());
    if (!context.violations().isEmpty()) {
      throw new AssertionError(context.violations());
    }
  }
}

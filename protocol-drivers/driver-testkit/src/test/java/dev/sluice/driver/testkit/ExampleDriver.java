package dev.sluice.driver.testkit;

import dev.sluice.driver.*;
import io.vertx.core.*;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.*;
import java.util.List;
import java.util.regex.*;
import java.util.stream.IntStream;

/** Reads whole numbers by name: {@code GET 7 temp\n} is answered {@code 7 21\n}; 7 is an id. */
public final class ExampleDriver implements Driver {
  public String type() {
    return "example";
  }

  public DriverSchema schema() {
    return DriverSchema.fromResource(ExampleDriver.class, "example-schema.json");
  }

  public Line createLine(LineSettings settings, LineContext context) {
    var tcp = settings.json();
    var peer = SocketAddress.inetSocketAddress(tcp.getInteger("port"), tcp.getString("host"));
    return new ExampleLine(context, peer);
  }

  record Get(int[] points, String describe, long busNanos) implements Poll {}

  record ExampleDevice(ExampleLine line, List<PointSettings> points) implements Device {
    public ValueType type(int point) {
      return ValueType.INT64;
    }

    public List<Poll> plan(int[] all) {
      return IntStream.of(all)
          .<Poll>mapToObj(i -> new Get(new int[] {i}, points.get(i).name(), 0))
          .toList();
    }

    public Future<PollResult> run(Poll poll, PollRequest request) {
      return line.get(poll.describe(), request.timeoutNanos());
    }

    public void close() {}
  }

  static final class ExampleLine implements Line {
    final LineContext context;
    final SocketAddress peer;
    NetSocket socket;
    Promise<PollResult> answer = Promise.promise(); // to request number id
    long id;
    long sentNanos;
    long firstByteNanos;
    int bytesOut;
    String received = "";
    boolean closed;

    ExampleLine(LineContext context, SocketAddress peer) {
      this.context = context;
      this.peer = peer;
    }

    public int concurrency() {
      return 1;
    }

    public Device addDevice(DeviceSettings settings, DeviceContext device) {
      return new ExampleDevice(this, settings.points());
    }

    public Future<Void> connect() {
      var target = new ConnectOptions().setRemoteAddress(peer).setTimeout(5000);
      var connecting = context.netClient().connect(target);
      return connecting.compose(this::up, e -> Future.failedFuture(peer + ": " + e.getMessage()));
    }

    Future<Void> up(NetSocket made) {
      made.exceptionHandler(broken -> made.close());
      made.closeHandler(v -> down());
      made.handler(this::received);
      socket = made;
      return closed ? made.close() : Future.succeededFuture();
    }

    void down() {
      answer.tryFail(new PollException(PollFailure.LINE_DOWN, Quality.DISCONNECTED, "closed"));
      received = "";
      if (!closed) {
        context.lost(peer + " closed the connection");
      }
    }

    public Future<Void> close() {
      closed = true;
      return socket == null ? Future.succeededFuture() : socket.close();
    }

    Future<PollResult> get(String name, long timeoutNanos) {
      answer = Promise.promise();
      String request = "GET " + ++id + " " + name + "\n";
      bytesOut = request.length();
      socket.write(request);
      sentNanos = context.time().nanoTime();
      var late = new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, "no answer to " + request);
      long timer =
          context.vertx().setTimer(timeoutNanos / 1_000_000 + 1, v -> answer.tryFail(late));
      return answer.future().onComplete(v -> context.vertx().cancelTimer(timer));
    }

    void received(Buffer bytes) {
      long now = context.time().nanoTime();
      firstByteNanos = received.isEmpty() ? now : firstByteNanos;
      received += bytes;
      if (received.endsWith("\n") || received.length() > 1000) {
        // Only the line with this id: a late answer is never taken for another one.
        Matcher line = Pattern.compile("(?m)^" + id + " (-?\\d{1,18})$").matcher(received);
        if (line.find()) {
          var values = new Values.Builder(1).integer(0, Long.parseLong(line.group(1))).build();
          var timing = new PollTiming(sentNanos, firstByteNanos, now, bytesOut, received.length());
          answer.tryComplete(new PollResult(values, timing));
        } else {
          context.count("unexpected_lines", 1);
        }
        received = "";
      }
    }
  }
}

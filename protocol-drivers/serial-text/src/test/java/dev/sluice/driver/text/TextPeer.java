package dev.sluice.driver.text;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Values;
import dev.sluice.driver.testkit.DriverPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A scale that says {@code W=230.10 F=1.5e3 N=-7 S=stable}: asked by READ, or by itself. */
final class TextPeer implements DriverPeer {

  static final String PATTERN = "W=(?<weight>\\S+) F=(?<flow>\\S+) N=(?<count>\\S+) S=(?<state>.*)";

  private final NetServer server;
  private final boolean streams;
  // Under this object's lock: which round a connection gets, and in which order.
  private final Set<NetSocket> sockets = new HashSet<>();
  private int round = 1;

  TextPeer(Vertx vertx, boolean streams) {
    this.streams = streams;
    this.server = vertx.createNetServer().connectHandler(this::connected);
  }

  static DeviceSettings device(JsonObject json) {
    return new DeviceSettings(
        "scale-1",
        json.put("delimiter", "\\r\\n").put("pattern", PATTERN),
        List.of(
            point("weight", "weight", null),
            point("state", "state", "string"),
            point("flow", "flow", "float64"),
            point("count", "count", "int64")));
  }

  static PointSettings point(String name, String group, String type) {
    var json = new JsonObject().put("group", group);
    return new PointSettings(name, type == null ? json : json.put("type", type));
  }

  static Values expected(int round) {
    return new Values.Builder(4)
        .decimal(0, 23_000 + 10L * round, 2)
        .text(1, "stable " + round)
        .number(2, 1500.0 + round)
        .integer(3, -7L * round)
        .build();
  }

  private static String line(int round) {
    return "W=230.%d0 F=1.50%de3 N=%d S=stable %d\r\n".formatted(round, round, -7 * round, round);
  }

  private void connected(NetSocket socket) {
    socket.exceptionHandler(e -> socket.close());
    if (streams) {
      socket.closeHandler(v -> left(socket));
      begin(socket);
    } else {
      socket.handler(
          RecordParser.newDelimited(
              "\r\n",
              request -> {
                if (request.toString().equals("READ")) {
                  socket.write(line(round()));
                }
              }));
    }
  }

  private synchronized void begin(NetSocket socket) {
    sockets.add(socket);
    // As behind a terminal server: the connection begins in the middle of a line.
    socket.write("0.5 S=the rest of a line\r\n" + line(round));
  }

  private synchronized void left(NetSocket socket) {
    sockets.remove(socket);
  }

  private synchronized int round() {
    return round;
  }

  @Override
  public Future<Integer> start() {
    return server.listen(0, "127.0.0.1").map(NetServer::actualPort);
  }

  @Override
  public synchronized Future<Void> serve(int next) {
    round = next;
    sockets.forEach(socket -> socket.write(line(next)));
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    return server.close();
  }
}

package dev.sluice.driver.testkit;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;

/** The example of the guide keeps every promise that a driver makes. */
class ExampleDriverTest extends DriverContractTest {

  private static final List<String> NAMES = List.of("temp", "level", "count");

  @Override
  protected Driver driver() {
    return new ExampleDriver();
  }

  @Override
  protected DriverPeer peer(Vertx vertx) {
    return new ExamplePeer(vertx);
  }

  @Override
  protected LineSettings line(String host, int port) {
    return new LineSettings("toy", new JsonObject().put("host", host).put("port", port));
  }

  @Override
  protected DeviceSettings device() {
    return new DeviceSettings(
        "toy-1",
        new JsonObject(),
        NAMES.stream().map(name -> new PointSettings(name, new JsonObject())).toList());
  }

  @Override
  protected Values expected(int round) {
    var values = new Values.Builder(NAMES.size());
    for (int i = 0; i < NAMES.size(); i++) {
      values.integer(i, value(NAMES.get(i), round));
    }
    return values.build();
  }

  @Override
  protected List<Refused<LineSettings>> refusedLines() {
    return List.of();
  }

  @Override
  protected List<Refused<DeviceSettings>> refusedDevices() {
    return List.of();
  }

  private static long value(String name, int round) {
    return name.length() * 1000L + round;
  }

  private static final class ExamplePeer implements DriverPeer {

    private final NetServer server;
    private volatile int round = 1;

    ExamplePeer(Vertx vertx) {
      server = vertx.createNetServer().connectHandler(this::connected);
    }

    private void connected(NetSocket socket) {
      socket.exceptionHandler(e -> socket.close());
      socket.handler(
          RecordParser.newDelimited(
              "\n",
              line -> {
                String[] words = line.toString().split(" ");
                socket.write(words[1] + " " + value(words[2], round) + "\n");
              }));
    }

    @Override
    public Future<Integer> start() {
      return server.listen(0, "127.0.0.1").map(NetServer::actualPort);
    }

    @Override
    public Future<Void> serve(int next) {
      round = next;
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> stop() {
      return server.close();
    }
  }
}

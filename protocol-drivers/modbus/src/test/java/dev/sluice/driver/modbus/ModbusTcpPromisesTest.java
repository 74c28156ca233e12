package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Values;
import dev.sluice.driver.testkit.DriverContractTest;
import dev.sluice.driver.testkit.DriverPeer;
import dev.sluice.driver.testkit.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;

/** Modbus over TCP keeps every promise that a driver makes. */
class ModbusTcpPromisesTest extends DriverContractTest {

  private static final int UNIT = 3;

  @Override
  protected Driver driver() {
    return new ModbusDriver();
  }

  @Override
  protected DriverPeer peer(Vertx vertx) {
    return new Slave(vertx);
  }

  @Override
  protected LineSettings line(String host, int port) {
    return new LineSettings(
        "plc",
        new JsonObject()
            .put("tcp", new JsonObject().put("host", host).put("port", port))
            .put("pipelining", 4));
  }

  private static PointSettings point(String name, String at, String... keys) {
    var json = new JsonObject().put("at", at);
    for (int i = 0; i < keys.length; i += 2) {
      json.put(keys[i], keys[i + 1]);
    }
    return new PointSettings(name, json);
  }

  private static DeviceSettings device(PointSettings... points) {
    return new DeviceSettings("meter", new JsonObject().put("unit", UNIT), List.of(points));
  }

  @Override
  protected DeviceSettings device() {
    return device(
        point("running", "coil 3"),
        point("open", "discrete 8"),
        point("speed", "holding 100", "type", "uint16"),
        point("energy", "holding 101", "type", "uint32", "order", "CDAB"),
        point("alarm", "holding 100.0"),
        point("far", "holding 4000", "type", "int16"),
        point("flow", "input 7"));
  }

  @Override
  protected Values expected(int round) {
    return new Values.Builder(7)
        .integer(0, bit(1, 3, round))
        .integer(1, bit(2, 8, round))
        .integer(2, register(3, 100, round))
        .integer(3, (register(3, 102, round) << 16) | register(3, 101, round))
        .integer(4, register(3, 100, round) & 1)
        .integer(5, register(3, 4000, round))
        .integer(6, register(4, 7, round))
        .build();
  }

  @Override
  protected List<Refused<LineSettings>> refusedLines() {
    return List.of(
        new Refused<>(
            new LineSettings(
                "plc",
                new JsonObject()
                    .put("tcp", new JsonObject().put("host", " "))
                    .put("connectTimeout", "60s")),
            Set.of("tcp/host", "connectTimeout")));
  }

  @Override
  protected List<Refused<DeviceSettings>> refusedDevices() {
    return List.of(
        new Refused<>(
            device(
                point("a", "coil 1", "type", "float32"),
                point("b", "holding 1", "order", "CDAB"),
                point("c", "input 65535", "type", "float32"),
                point("d", "input 1", "type", "string")),
            Set.of("points/a/type", "points/b/order", "points/c/at", "points/d/length")));
  }

  private static int bit(int function, int address, int round) {
    return (function + address + round) & 1;
  }

  /** Below 0x8000, so that it is the same with and without sign; odd and even in turn by round. */
  private static int register(int function, int address, int round) {
    return (function * 5000 + address * 3 + round * 1001) & 0x7FFF;
  }

  /** A slave of one unit, with all addresses of all tables. */
  private static final class Slave implements DriverPeer {

    private final NetServer server;
    private volatile int round = 1;

    Slave(Vertx vertx) {
      server = vertx.createNetServer().connectHandler(this::connected);
    }

    private void connected(NetSocket socket) {
      socket.exceptionHandler(e -> socket.close());
      var received = Buffer.buffer();
      int[] at = {0};
      socket.handler(
          chunk -> {
            received.appendBuffer(chunk);
            for (; received.length() - at[0] >= 12; at[0] += 12) {
              socket.write(reply(received.getBuffer(at[0], at[0] + 12)));
            }
          });
    }

    private Buffer reply(Buffer request) {
      int function = request.getUnsignedByte(7);
      int address = request.getUnsignedShort(8);
      int count = request.getUnsignedShort(10);
      byte[] data = new byte[function <= 2 ? (count + 7) / 8 : 2 * count];
      for (int i = 0; i < count; i++) {
        if (function <= 2) {
          data[i / 8] |= (byte) (bit(function, address + i, round) << (i % 8));
        } else {
          int value = register(function, address + i, round);
          data[2 * i] = (byte) (value >> 8);
          data[2 * i + 1] = (byte) value;
        }
      }
      return Buffer.buffer()
          .appendBuffer(request.getBuffer(0, 4))
          .appendUnsignedShort(3 + data.length)
          .appendUnsignedByte((short) UNIT)
          .appendUnsignedByte((short) function)
          .appendUnsignedByte((short) data.length)
          .appendBytes(data);
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

package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Values;
import dev.sluice.driver.testkit.DriverContractTest;
import dev.sluice.driver.testkit.Refused;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Modbus devices keep every promise that a driver makes, whatever the frames. */
abstract class ModbusPromises extends DriverContractTest {

  @Override
  protected Driver driver() {
    return new ModbusDriver();
  }

  private static PointSettings point(String name, String at, String... keys) {
    var json = new JsonObject().put("at", at);
    for (int i = 0; i < keys.length; i += 2) {
      json.put(keys[i], keys[i + 1]);
    }
    return new PointSettings(name, json);
  }

  private static DeviceSettings device(PointSettings... points) {
    return new DeviceSettings(
        "meter", new JsonObject().put("unit", PeerSlave.UNIT), List.of(points));
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
        .integer(0, PeerSlave.bit(1, 3, round))
        .integer(1, PeerSlave.bit(2, 8, round))
        .integer(2, PeerSlave.register(3, 100, round))
        .integer(3, (PeerSlave.register(3, 102, round) << 16) | PeerSlave.register(3, 101, round))
        .integer(4, PeerSlave.register(3, 100, round) & 1)
        .integer(5, PeerSlave.register(3, 4000, round))
        .integer(6, PeerSlave.register(4, 7, round))
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
}

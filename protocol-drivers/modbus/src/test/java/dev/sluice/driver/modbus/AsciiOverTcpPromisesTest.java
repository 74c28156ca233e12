package dev.sluice.driver.modbus;

import dev.sluice.driver.LineSettings;
import dev.sluice.driver.testkit.DriverPeer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** ASCII frames over a connection, where nothing tells which request a reply answers. */
class AsciiOverTcpPromisesTest extends ModbusPromises {

  @Override
  protected DriverPeer peer(Vertx vertx) {
    return new PeerSlave(vertx, new PeerSlave.AsciiFrames());
  }

  @Override
  protected LineSettings line(String host, int port) {
    return new LineSettings(
        "plc",
        new JsonObject()
            .put("tcp", new JsonObject().put("host", host).put("port", port))
            .put("framing", "ascii"));
  }
}

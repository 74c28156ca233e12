package dev.sluice.driver.text;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.Values;
import dev.sluice.driver.testkit.DriverPeer;
import dev.sluice.driver.testkit.PushContractTest;
import dev.sluice.driver.testkit.Refused;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A device that sends by itself keeps the promises of a driver. */
class StreamingDeviceTest extends PushContractTest {

  @Override
  protected Driver driver() {
    return new TextDriver();
  }

  @Override
  protected DriverPeer peer(Vertx vertx) {
    return new TextPeer(vertx, true);
  }

  @Override
  protected LineSettings line(String host, int port) {
    return TextSettings.line(host, port);
  }

  @Override
  protected DeviceSettings device() {
    return TextPeer.device(new JsonObject());
  }

  @Override
  protected Values expected(int round) {
    return TextPeer.expected(round);
  }

  @Override
  protected List<Refused<LineSettings>> refusedLines() {
    return TextSettings.refusedLines();
  }

  @Override
  protected List<Refused<DeviceSettings>> refusedDevices() {
    return TextSettings.refusedDevices();
  }
}

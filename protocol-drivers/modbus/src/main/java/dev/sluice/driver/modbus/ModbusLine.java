package dev.sluice.driver.modbus;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Line;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.modbus.plan.Link;
import io.vertx.core.Future;

/** A medium with Modbus devices on it. Several may have the same unit: they share a device. */
final class ModbusLine implements Line {

  private final Link link;

  ModbusLine(Link link) {
    this.link = link;
  }

  @Override
  public Device addDevice(DeviceSettings settings, DeviceContext context) throws SettingsException {
    return DeviceReader.read(settings, link);
  }

  @Override
  public Future<Void> connect() {
    return link.connect();
  }

  @Override
  public int concurrency() {
    return link.concurrency();
  }

  @Override
  public Future<Void> close() {
    return link.close();
  }
}

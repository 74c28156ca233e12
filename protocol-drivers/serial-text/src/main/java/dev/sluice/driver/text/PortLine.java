package dev.sluice.driver.text;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Line;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;

/** A {@link TextLine} on a serial port, which no other line can have and whose speed limits it. */
final class PortLine implements Line, Bus {

  private final TextLine line;
  private final PortOptions port;

  PortLine(TextLine line, PortOptions port) {
    this.line = line;
    this.port = port;
  }

  @Override
  public String medium() {
    return SerialPort.medium(port);
  }

  @Override
  public String speed() {
    return port.speed();
  }

  @Override
  public Device addDevice(DeviceSettings settings, DeviceContext device) throws SettingsException {
    return line.addDevice(settings, device);
  }

  @Override
  public Future<Void> connect() {
    return line.connect();
  }

  @Override
  public int concurrency() {
    return line.concurrency();
  }

  @Override
  public Future<Void> close() {
    return line.close();
  }
}

package dev.sluice.driver.modbus;

import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.modbus.tcp.TcpLink;

/**
 * Reads Modbus devices (MODBUS Application Protocol Specification V1.1b3, functions 1 to 4) over
 * TCP (MODBUS Messaging on TCP/IP Implementation Guide V1.0b). Thread-safe.
 */
public final class ModbusDriver implements Driver {

  @Override
  public String type() {
    return "modbus";
  }

  @Override
  public DriverSchema schema() {
    return DriverSchema.fromResource(ModbusDriver.class, "schema.json");
  }

  @Override
  public Line createLine(LineSettings settings, LineContext context) throws SettingsException {
    return new ModbusLine(new TcpLink(LineReader.read(settings), context));
  }
}

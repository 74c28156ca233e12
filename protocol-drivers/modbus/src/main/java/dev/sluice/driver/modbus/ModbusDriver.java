package dev.sluice.driver.modbus;

import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Guessing;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.modbus.rtu.BusLink;
import dev.sluice.driver.modbus.rtu.BusOptions;
import dev.sluice.driver.modbus.tcp.TcpLink;
import dev.sluice.driver.modbus.tcp.TcpOptions;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.PortSettings;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Reads Modbus devices (MODBUS Application Protocol Specification V1.1b3) over TCP (MODBUS
 * Messaging on TCP/IP Implementation Guide V1.0b), serial lines (MODBUS over Serial Line V1.02; RTU
 * and ASCII), and their frames over TCP. Thread-safe.
 */
public final class ModbusDriver implements Driver, Guessing {

  @Override
  public String type() {
    return "modbus";
  }

  @Override
  public DriverSchema schema() {
    DriverSchema schema = DriverSchema.fromResource(ModbusDriver.class, "schema.json");
    JsonObject properties = schema.line().getJsonObject("properties");
    properties.put("serial", PortSettings.schema());
    return schema;
  }

  @Override
  public List<JsonObject> guesses(JsonObject point) {
    return Guesses.of(point);
  }

  @Override
  public Line createLine(LineSettings settings, LineContext context) throws SettingsException {
    LineReader.Reached reached = LineReader.read(settings);
    TcpOptions tcp = reached.tcp();
    if (tcp != null) {
      return new ModbusLine(new TcpLink(tcp, context), settings.json(), context);
    }
    BusOptions bus = reached.bus();
    if (bus == null) {
      throw new IllegalStateException("BUG: a line without a way to its devices");
    }
    var link = new BusLink(bus, context);
    PortOptions port = bus.port();
    return port == null
        ? new ModbusLine(link, settings.json(), context)
        : new SerialLine(link, port, settings.json(), context);
  }
}

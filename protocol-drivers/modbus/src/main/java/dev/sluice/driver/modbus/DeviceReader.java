package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import java.util.ArrayList;

/** Reads what is configured for a device and its points. */
final class DeviceReader {

  private static final int DEFAULT_UNIT = 1;

  private DeviceReader() {}

  static ModbusDevice read(DeviceSettings settings, Link link) throws SettingsException {
    var problems = new ArrayList<SettingsProblem>();
    var device = new SettingsReader(settings.json(), "", problems);
    int unit = device.integer("unit", DEFAULT_UNIT, 0, 255);
    var limits =
        new Limits(
            device.integer("maxRegisters", Table.MAX_REGISTERS, 1, Table.MAX_REGISTERS),
            device.integer("maxBits", Table.MAX_BITS, 1, Table.MAX_BITS),
            device.integer("maxGap", 0, 0, Table.MAX_REGISTERS - 1));
    var points = new ArrayList<ModbusPoint>(settings.points().size());
    for (PointSettings point : settings.points()) {
      var reader = new SettingsReader(point.json(), "points/" + point.name() + "/", problems);
      ModbusPoint read = PointReader.read(reader, limits);
      if (read != null) {
        points.add(read);
      }
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new ModbusDevice(link, unit, limits, points);
  }
}

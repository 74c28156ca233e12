package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.codec.WriteRequest;
import dev.sluice.driver.modbus.plan.DeviceTiming;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.modbus.plan.WriteRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;

/** Reads what is configured for a device and its points. */
final class DeviceReader {

  private static final int DEFAULT_UNIT = 1;
  private static final int LAST_SERIAL_UNIT = 247;
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
  private static final Duration MAX_WINDOW = Duration.ofSeconds(60);

  private static final Duration DEFAULT_TEST = Duration.ofHours(24);
  private static final Duration MIN_TEST = Duration.ofMinutes(1);
  private static final Duration MAX_TEST = Duration.ofDays(30);

  private DeviceReader() {}

  /**
   * Makes a device.
   *
   * @param serial whether the units of the line are those of a serial bus
   */
  static ModbusDevice read(
      DeviceSettings settings, LineContext line, DeviceContext context, Link link, boolean serial)
      throws SettingsException {
    var problems = new ArrayList<SettingsProblem>();
    var device = new SettingsReader(settings.json(), "", problems);
    int address = unit(device, serial);
    var limits =
        new Limits(
            device.integer("maxRegisters", Table.MAX_REGISTERS, 1, Table.MAX_REGISTERS),
            device.integer("maxBits", Table.MAX_BITS, 1, Table.MAX_BITS),
            device.integer("maxGap", Limits.BY_COST, 0, Table.MAX_REGISTERS - 1));
    WriteRules write = writeRules(device);
    DeviceTiming timing = timing(device);
    Duration testEvery = device.duration("testRefused", DEFAULT_TEST, MIN_TEST, MAX_TEST);
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
    return new ModbusDevice(
        link,
        new ModbusDevice.Settings(
            new Unit(address, timing, new UnitNotes(context)),
            limits,
            write,
            points,
            settings.points().stream().map(PointSettings::name).toList()),
        new DeviceHooks(line, context, testEvery));
  }

  private static int unit(SettingsReader device, boolean serial) {
    if (!serial) {
      return device.integer("unit", DEFAULT_UNIT, 0, 255);
    }
    int unit = device.integer("unit", DEFAULT_UNIT, 0, 255);
    if (unit < 1 || unit > LAST_SERIAL_UNIT) {
      device.problem(
          "unit",
          "a whole number from 1 to " + LAST_SERIAL_UNIT,
          unit == 0
              ? "on a serial bus 0 speaks to all units, and nobody answers"
              : "on a serial bus 248 to 255 are reserved");
    }
    return unit;
  }

  private static WriteRules writeRules(SettingsReader device) {
    String expected = "auto, single, multiple or readWrite";
    String word = device.text("writeWith", expected, "");
    WriteRules.With with = WriteRules.With.AUTO;
    if (word != null) {
      Optional<WriteRules.With> found =
          Arrays.stream(WriteRules.With.values()).filter(w -> w.word().equals(word)).findFirst();
      if (found.isEmpty()) {
        device.problem("writeWith", expected, "");
      }
      with = found.orElse(with);
    }
    int registers = WriteRequest.MAX_REGISTERS;
    int bits = WriteRequest.MAX_BITS;
    return new WriteRules(
        with,
        device.integer("maxWriteRegisters", registers, 1, registers),
        device.integer("maxWriteBits", bits, 1, bits));
  }

  private static DeviceTiming timing(SettingsReader device) {
    return new DeviceTiming(
        device.duration("pauseBefore", Duration.ZERO, Duration.ZERO, MAX_PAUSE),
        device.duration("pauseAfter", Duration.ZERO, Duration.ZERO, MAX_PAUSE),
        device.duration("turnaround", DeviceTiming.DEFAULT_TURNAROUND, Duration.ZERO, MAX_PAUSE),
        device.has("lateReplyWindow")
            ? device.duration("lateReplyWindow", Duration.ZERO, Duration.ZERO, MAX_WINDOW)
            : null);
  }
}

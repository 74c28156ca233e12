package dev.sluice.driver.modbus;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The ways in which the registers at an address can be meant, the usual ones first. */
final class Guesses {

  private static final List<ValueType> TYPES =
      List.of(
          ValueType.UINT16,
          ValueType.INT16,
          ValueType.FLOAT32,
          ValueType.UINT32,
          ValueType.INT32,
          ValueType.FLOAT64,
          ValueType.UINT64,
          ValueType.INT64);

  private Guesses() {}

  static List<JsonObject> of(JsonObject point) {
    Object at = point.getValue("at");
    var problems = new ArrayList<SettingsProblem>();
    var place = new JsonObject().put("at", at);
    ModbusPoint first = PointReader.read(new SettingsReader(place, "", problems), Limits.PROTOCOL);
    if (first == null || first.format().type() == ValueType.BOOL) {
      return List.of(place); // if it is no place, reading it says so
    }
    var guesses = new ArrayList<JsonObject>();
    for (ValueType type : TYPES) {
      int length = Format.registers(type);
      if (first.address() + length - 1 > Table.LAST_ADDRESS) {
        continue;
      }
      for (WordOrder order : length == 1 ? List.of(WordOrder.ABCD) : List.of(WordOrder.values())) {
        JsonObject guess = place.copy().put("type", type.word());
        guesses.add(length == 1 ? guess : guess.put("order", order.name()));
      }
    }
    if (point.getValue("length") instanceof Integer length) {
      for (WordOrder order : List.of(WordOrder.ABCD, WordOrder.BADC)) {
        JsonObject guess = place.copy().put("type", ValueType.STRING.word());
        guesses.add(guess.put("length", length).put("order", order.name()));
      }
    }
    return List.copyOf(guesses);
  }
}

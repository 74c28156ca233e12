package dev.sluice.driver.modbus;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is configured for a point: {@code at}, {@code type}, {@code order}, {@code length}.
 */
final class PointReader {

  private static final Pattern AT = Pattern.compile("([a-z]+)\\s+(\\d+)(?:\\.(\\d+))?");

  private static final String AT_EXPECTED =
      "a table and a zero-based address: coil 3, discrete 7, input 0, holding 100, or a bit of a"
          + " register: holding 100.3";

  private static final String AT_HINT = "40001 in a manual is holding 0, 30001 is input 0";

  private static final String TYPES =
      Arrays.stream(ValueType.values())
          .filter(type -> type != ValueType.DECIMAL)
          .map(ValueType::word)
          .collect(Collectors.joining(", "));

  private final SettingsReader settings;
  private final Limits limits;
  private boolean bad;

  private PointReader(SettingsReader settings, Limits limits) {
    this.settings = settings;
    this.limits = limits;
  }

  /** The point; null if something is wrong with it, which is noted. */
  static @Nullable ModbusPoint read(SettingsReader settings, Limits limits) {
    return new PointReader(settings, limits).read();
  }

  /** Where a point is, before one knows what it is. */
  private record Place(Table table, int address, int bit) {}

  private @Nullable ModbusPoint read() {
    Place place = place();
    ValueType type = type(place);
    WordOrder order = order(type);
    int length = length(type);
    if (bad || place == null || type == null) {
      return null;
    }
    if (place.table().bits()) {
      return new ModbusPoint(place.table(), place.address(), Format.BIT);
    }
    if (length > limits.maxRegisters()) {
      problem(
          settings.has("length") ? "length" : "type",
          "at most " + limits.maxRegisters() + " registers",
          "the point needs " + length + "; maxRegisters of the device forbids it");
      return null;
    }
    int last = Table.LAST_ADDRESS + 1 - length;
    if (place.address() > last) {
      problem("at", "an address of at most " + last, "the point needs " + length + " registers");
      return null;
    }
    return new ModbusPoint(
        place.table(), place.address(), new Format(type, order, place.bit(), length));
  }

  private void problem(String key, String expected, String hint) {
    settings.problem(key, expected, hint);
    bad = true;
  }

  private @Nullable Place place() {
    String text = settings.text("at", AT_EXPECTED, AT_HINT);
    if (text == null) {
      if (!settings.has("at")) {
        problem("at", AT_EXPECTED, "");
      }
      bad = true;
      return null;
    }
    Matcher matcher = AT.matcher(text.strip());
    Table table = matcher.matches() ? Table.ofWord(matcher.group(1)) : null;
    if (table == null) {
      problem("at", AT_EXPECTED, AT_HINT);
      return null;
    }
    int address = number(matcher.group(2), Table.LAST_ADDRESS);
    if (address < 0) {
      problem("at", "an address of at most " + Table.LAST_ADDRESS, "");
      return null;
    }
    String bitText = matcher.group(3);
    if (bitText == null) {
      return new Place(table, address, -1);
    }
    if (table.bits()) {
      problem("at", table.word() + " " + address, "a " + table.word() + " is one bit");
      return null;
    }
    int bit = number(bitText, 15);
    if (bit < 0) {
      problem("at", "a bit from 0 to 15", "0 is the lowest");
      return null;
    }
    return new Place(table, address, bit);
  }

  /** The number, -1 if it is more than the most. */
  private static int number(String digits, int most) {
    if (digits.length() > 9) {
      return -1;
    }
    int number = Integer.parseInt(digits);
    return number <= most ? number : -1;
  }

  private @Nullable ValueType type(@Nullable Place place) {
    String word = settings.text("type", "one of " + TYPES, "");
    if (word == null) {
      if (settings.has("type")) {
        bad = true;
        return null;
      }
      boolean oneBit = place != null && (place.table().bits() || place.bit() >= 0);
      return oneBit ? ValueType.BOOL : ValueType.UINT16;
    }
    ValueType type =
        Arrays.stream(ValueType.values())
            .filter(t -> t != ValueType.DECIMAL && t.word().equals(word))
            .findFirst()
            .orElse(null);
    if (type == null) {
      problem("type", "one of " + TYPES, "");
    } else if (place != null && type != ValueType.BOOL && place.table().bits()) {
      problem(
          "type",
          "bool",
          "a " + place.table().word() + " is one bit; numbers are in holding or input");
    } else if (place != null && type != ValueType.BOOL && place.bit() >= 0) {
      problem("type", "bool", "at names one bit of a register");
    } else if (place != null
        && type == ValueType.BOOL
        && !place.table().bits()
        && place.bit() < 0) {
      problem(
          "at",
          "a bit of the register, for the type bool",
          "for example " + place.table().word() + " " + place.address() + ".0, the lowest");
    }
    return type;
  }

  private WordOrder order(@Nullable ValueType type) {
    String expected = type == ValueType.STRING ? "ABCD or BADC" : "ABCD, CDAB, BADC or DCBA";
    String word = settings.text("order", expected, "");
    if (word == null) {
      bad |= settings.has("order");
      return WordOrder.ABCD;
    }
    WordOrder order = WordOrder.ofWord(word);
    if (order == null) {
      problem("order", expected, "");
      return WordOrder.ABCD;
    }
    if (type == ValueType.STRING && order != WordOrder.ABCD && order != WordOrder.BADC) {
      problem("order", expected, "BADC swaps the two characters of each register");
    } else if (type != null && type != ValueType.STRING && Format.registers(type) == 1) {
      problem("order", "no order", "a " + type.word() + " is not wider than one register");
    }
    return order;
  }

  private int length(@Nullable ValueType type) {
    boolean text = type == ValueType.STRING;
    if (!settings.has("length")) {
      if (text) {
        problem("length", "the number of registers", "a register holds two characters");
      }
    } else if (type != null && !text) {
      problem("length", "no length", "only a string has one; type tells it for the others");
    } else {
      int length = settings.integer("length", 0, 1, Table.MAX_REGISTERS);
      bad |= length == 0;
      return length;
    }
    return type == null || text ? 1 : Format.registers(type);
  }
}

package dev.sluice.e2e.cloud.thingsboard;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.broker.Violation;
import java.math.BigDecimal;

/** Reads payloads as the server does, with every number's own digits. */
final class Values {

  /** A fraction with more is kept as text. */
  private static final int MAX_DECIMALS = 16;

  private Values() {}

  static JsonObject object(Received message) {
    try {
      return JsonParser.parseString(message.text()).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new Violation("no JSON object on " + message.topic() + ": " + message.text());
    }
  }

  /** A member that has to be text of some length. */
  static String text(JsonObject of, String name, String topic) {
    JsonElement member = of.get(name);
    if (member == null || !member.isJsonPrimitive() || member.getAsString().isEmpty()) {
      throw new Violation("no " + name + " on " + topic);
    }
    return member.getAsString();
  }

  /** Rows of {@code {"ts":…,"values":{…}}}, or bare values that get the server's time. */
  static void checkRows(JsonElement rows, String topic) {
    if (!(rows instanceof JsonArray array)) {
      throw new Violation("rows that are no array on " + topic);
    }
    for (JsonElement row : array) {
      if (!(row instanceof JsonObject object)) {
        throw new Violation("a row that is no object on " + topic);
      }
      if (object.has("ts")) {
        checkTime(object.get("ts"), topic);
        checkValues(object.get("values"), topic);
      } else {
        checkValues(object, topic);
      }
    }
  }

  /** Milliseconds since 1970, not seconds: those would all be in January of that year. */
  private static void checkTime(JsonElement time, String topic) {
    if (!(time instanceof JsonPrimitive number)
        || !number.isNumber()
        || number.getAsBigDecimal().scale() > 0
        || number.getAsLong() < 100_000_000_000L) {
      throw new Violation("time " + time + " on " + topic);
    }
  }

  static void checkValues(JsonElement values, String topic) {
    if (!(values instanceof JsonObject object)) {
      throw new Violation("values that are no object on " + topic);
    }
    for (String key : object.keySet()) {
      if (object.get(key) instanceof JsonPrimitive value && value.isNumber()) {
        checkNumber(value.getAsBigDecimal(), key, topic);
      }
    }
  }

  private static void checkNumber(BigDecimal number, String key, String topic) {
    boolean whole = number.stripTrailingZeros().scale() <= 0;
    if (whole && number.toBigInteger().bitLength() > 63
        || !whole && number.scale() > MAX_DECIMALS) {
      throw new Violation("number " + number + " of " + key + " would be kept as text, " + topic);
    }
  }
}

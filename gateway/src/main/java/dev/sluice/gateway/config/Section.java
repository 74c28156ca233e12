package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one mapping, already valid by its schema; keys that are left out have the default
 * that the schema states, so there is one place for it.
 *
 * @param value the mapping, or nothing
 * @param schema of the mapping
 */
record Section(JsonNode value, JsonNode schema) {

  String text(String key) {
    return present(key).asText();
  }

  @Nullable String optionalText(String key) {
    JsonNode node = get(key);
    return node.isMissingNode() ? null : node.asText();
  }

  Duration duration(String key) {
    return Units.duration(text(key));
  }

  long bytes(String key) {
    return Units.bytes(text(key));
  }

  int integer(String key) {
    return present(key).intValue();
  }

  boolean flag(String key) {
    return present(key).booleanValue();
  }

  /** Trailing zeros do not count: 0.10 and 0.1 are the same configuration. */
  @Nullable BigDecimal optionalDecimal(String key) {
    JsonNode node = get(key);
    if (node.isMissingNode()) {
      return null;
    }
    BigDecimal plain = node.decimalValue().stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }

  BigDecimal decimal(String key, BigDecimal otherwise) {
    BigDecimal number = optionalDecimal(key);
    return number == null ? otherwise : number;
  }

  JsonNode get(String key) {
    JsonNode own = value.path(key);
    return own.isMissingNode() ? schema.path("properties").path(key).path("default") : own;
  }

  private JsonNode present(String key) {
    JsonNode node = get(key);
    if (node.isMissingNode()) {
      throw new IllegalStateException("BUG: no value and no default for " + key);
    }
    return node;
  }
}

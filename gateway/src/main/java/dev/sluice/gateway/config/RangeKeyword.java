package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.AbstractKeyword;
import com.networknt.schema.BaseJsonValidator;
import com.networknt.schema.ErrorMessageType;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonValidator;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.ValidationContext;
import com.networknt.schema.ValidationMessage;
import java.util.Set;

/**
 * {@code "x-range": ["10ms", "1h"]}: the bounds of a duration or size, both allowed. Of use in
 * drivers' fragments too.
 */
final class RangeKeyword extends AbstractKeyword {

  static final String NAME = "x-range";

  private static final ErrorMessageType TYPE = () -> NAME;

  RangeKeyword() {
    super(NAME);
  }

  /** Milliseconds or bytes. */
  static long amount(String text) {
    return text.endsWith("B") ? Units.bytes(text) : Units.duration(text).toMillis();
  }

  @Override
  public JsonValidator newValidator(
      SchemaLocation schemaLocation,
      JsonNodePath evaluationPath,
      JsonNode schemaNode,
      JsonSchema parentSchema,
      ValidationContext context) {
    return new Validator(schemaLocation, evaluationPath, schemaNode, parentSchema, this, context);
  }

  private static final class Validator extends BaseJsonValidator {

    private final long min;
    private final long max;

    Validator(
        SchemaLocation schemaLocation,
        JsonNodePath evaluationPath,
        JsonNode range,
        JsonSchema parentSchema,
        RangeKeyword keyword,
        ValidationContext context) {
      super(schemaLocation, evaluationPath, range, parentSchema, TYPE, keyword, context, false);
      this.min = amount(range.path(0).asText());
      this.max = amount(range.path(1).asText());
    }

    @Override
    public Set<ValidationMessage> validate(
        ExecutionContext execution, JsonNode node, JsonNode root, JsonNodePath at) {
      long value;
      try {
        value = amount(node.asText());
      } catch (IllegalArgumentException e) {
        // Not written as one at all: the pattern beside this keyword says so.
        return Set.of();
      }
      if (value >= min && value <= max) {
        return Set.of();
      }
      return Set.of(
          message()
              .instanceNode(node)
              .instanceLocation(at)
              .messageKey(NAME)
              .message("{0}: out of range")
              .build());
    }
  }
}

package dev.sluice.gateway.uplink.connector;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON of what comes down and of what is answered, as maps, lists, {@link String}, {@link
 * BigDecimal}, {@link Boolean} and null. Any bytes may be given. RFC 8259; a name that comes twice
 * is an error, as nobody knows which one was meant.
 */
public final class Documents {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER = 100;

  private static final JsonFactory JSON = factory(true);
  private static final JsonFactory LOOSE = factory(false);

  private static JsonFactory factory(boolean strict) {
    return new JsonFactoryBuilder()
        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_NUMBER)
                .build())
        .build();
  }

  private Documents() {}

  /**
   * Reads an object.
   *
   * @param maxDepth objects and lists in each other, 1 to 64; 1 for one with plain values only
   * @throws DocumentException if it is none, or something follows it
   */
  public static Map<String, Object> read(Buffer bytes, int maxDepth) throws DocumentException {
    return object(readAny(bytes, maxDepth));
  }

  /**
   * Reads an object in which of a name that comes twice the last counts: to find out who has to be
   * told that it was not understood, and for nothing else.
   *
   * @throws DocumentException if it is none, or something follows it
   */
  public static Map<String, Object> readLoosely(Buffer bytes, int maxDepth)
      throws DocumentException {
    return object(readAny(LOOSE, bytes, maxDepth));
  }

  private static Map<String, Object> object(@Nullable Object value) throws DocumentException {
    if (value instanceof Map<?, ?> found) {
      @SuppressWarnings("unchecked") // made below
      var object = (Map<String, Object>) found;
      return object;
    }
    throw new DocumentException("expected an object, found another kind of JSON");
  }

  /**
   * Reads any value.
   *
   * @throws DocumentException if it is none, or something follows it
   */
  public static @Nullable Object readAny(Buffer bytes, int maxDepth) throws DocumentException {
    return readAny(JSON, bytes, maxDepth);
  }

  private static @Nullable Object readAny(JsonFactory json, Buffer bytes, int maxDepth)
      throws DocumentException {
    try (JsonParser parser = json.createParser(bytes.getBytes())) {
      if (parser.nextToken() == null) {
        throw new DocumentException("expected JSON, found nothing");
      }
      Object value = value(parser, maxDepth);
      if (parser.nextToken() != null) {
        throw new DocumentException("more than one JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      // Where, and not what: the words of the parser repeat what it found, and that may be a
      // secret.
      JsonLocation at = e.getLocation();
      long offset = at == null ? -1 : at.getByteOffset();
      throw new DocumentException(
          "no JSON" + (offset < 0 ? "" : ": wrong, or at its end, at byte " + offset));
    } catch (IOException e) {
      throw new DocumentException("no JSON");
    }
  }

  private static @Nullable Object value(JsonParser parser, int depth)
      throws IOException, DocumentException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, deeper(depth));
      case START_ARRAY -> list(parser, deeper(depth));
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new DocumentException("no JSON: " + parser.currentToken());
    };
  }

  private static int deeper(int depth) throws DocumentException {
    if (depth <= 0) {
      throw new DocumentException("objects and lists lie deeper in each other than is taken");
    }
    return depth - 1;
  }

  private static Map<String, @Nullable Object> object(JsonParser parser, int depth)
      throws IOException, DocumentException {
    var object = new LinkedHashMap<String, @Nullable Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value(parser, depth));
    }
    return Collections.unmodifiableMap(object);
  }

  private static List<@Nullable Object> list(JsonParser parser, int depth)
      throws IOException, DocumentException {
    var list = new ArrayList<@Nullable Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser, depth));
    }
    return Collections.unmodifiableList(list);
  }

  /**
   * Writes an object.
   *
   * @param document of what can be read, and of whole numbers of any Java type
   */
  public static Buffer write(Map<String, ?> document) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      write(document, out);
    } catch (IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static void write(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        write(entry.getValue(), out);
      }
      out.writeEndObject();
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object each : list) {
        write(each, out);
      }
      out.writeEndArray();
    } else if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value instanceof BigDecimal number) {
      out.writeNumber(number);
    } else if (value instanceof Integer || value instanceof Long) {
      out.writeNumber(((Number) value).longValue());
    } else {
      throw new IllegalStateException("BUG: no JSON for " + value.getClass());
    }
  }
}

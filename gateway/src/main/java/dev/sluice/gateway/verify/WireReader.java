package dev.sluice.gateway.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.gateway.verify.WireMessage.Gap;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one message; any bytes may come. Of one use. */
final class WireReader {

  private static final int SCHEMA = 1;
  private static final int MAX_PARTS = 1 << 16;

  private final JsonParser in;

  private String gateway = "";
  private String stream = "";
  private long seq;
  private int part = 1;
  private int parts = 1;
  private long low;
  private boolean history;
  private boolean trusted = true;
  private boolean status;
  private boolean content;
  private boolean value;
  private @Nullable Gap gap;
  private long readings;
  private long[] times = new long[16];
  private int rows;

  private WireReader(JsonParser in) {
    this.in = in;
  }

  /** Empty for a message that belongs to no stream, as those about the connection. */
  static Optional<WireMessage> read(byte[] payload) throws WireException {
    try (JsonParser in = Unpacking.parser(payload)) {
      return new WireReader(in).message();
    } catch (JsonProcessingException e) {
      throw new WireException("found no message: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new WireException("found no message: " + e.getMessage());
    }
  }

  private Optional<WireMessage> message() throws IOException, WireException {
    JsonToken first = in.nextToken();
    if (first == JsonToken.START_ARRAY) {
      throw new WireException("found a list, as form senml-json sends, expected form json or cbor");
    }
    if (first != null && first.isScalarValue()) {
      throw new WireException(
          "found a bare value, as form plain sends, expected form json or cbor");
    }
    expect(first, JsonToken.START_OBJECT, "message");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      key(key);
    }
    expect(in.currentToken(), JsonToken.END_OBJECT, "end of the message");
    if (status) {
      return Optional.empty();
    }
    if (value && gateway.isEmpty()) {
      throw new WireException("found one value, as form value sends, expected form json or cbor");
    }
    if (gateway.isEmpty() || stream.isEmpty()) {
      throw new WireException("found no gateway or no stream, expected both");
    }
    if (!content || (seq == 0 && gap == null)) {
      throw new WireException("found no seq with devices, state or gap");
    }
    return Optional.of(
        new WireMessage(
            gateway,
            stream,
            seq,
            part,
            parts,
            low,
            history,
            trusted,
            gap,
            readings,
            Arrays.copyOf(times, rows)));
  }

  private void key(String key) throws IOException, WireException {
    switch (key) {
      case "schema" -> {
        if (whole(key, 1) != SCHEMA) {
          throw new WireException("found schema " + in.getText() + ", expected " + SCHEMA);
        }
      }
      case "gateway" -> gateway = text(key);
      case "stream" -> stream = text(key);
      case "seq" -> seq = whole(key, 1);
      case "low" -> low = whole(key, 1);
      case "lane" -> history = text(key).equals("history");
      case "clock" -> trusted = !text(key).equals("untrusted");
      case "part" -> part();
      case "status" -> {
        status = true;
        in.skipChildren();
      }
      case "gap" -> {
        content = true;
        gap = gap();
      }
      case "devices" -> {
        content = true;
        devices();
      }
      case "t", "v", "q" -> {
        value = true;
        in.skipChildren();
      }
      case "state" -> {
        content = true;
        in.skipChildren();
      }
      default -> in.skipChildren(); // newer versions may say more
    }
  }

  private void part() throws IOException, WireException {
    expect(in.currentToken(), JsonToken.START_ARRAY, "part");
    in.nextToken();
    long k = whole("part", 1);
    in.nextToken();
    long n = whole("parts", k);
    expect(in.nextToken(), JsonToken.END_ARRAY, "end of part");
    if (n > MAX_PARTS) {
      throw new WireException("found " + n + " parts, expected at most " + MAX_PARTS);
    }
    part = (int) k;
    parts = (int) n;
  }

  private Gap gap() throws IOException, WireException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "gap");
    long first = -1;
    long last = -1;
    long count = 0;
    String reason = "";
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "first" -> first = whole(key, 0);
        case "last" -> last = whole(key, 0);
        case "count" -> count = whole(key, 0);
        case "reason" -> reason = text(key);
        default -> in.skipChildren();
      }
    }
    if (first < 0 || last < first) {
      throw new WireException("found a gap from " + first + " to " + last);
    }
    return new Gap(first, last, count, reason);
  }

  private void devices() throws IOException, WireException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "devices");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      expect(in.nextToken(), JsonToken.START_ARRAY, "rows of a device");
      while (in.nextToken() == JsonToken.START_OBJECT) {
        row();
      }
      expect(in.currentToken(), JsonToken.END_ARRAY, "end of the rows");
    }
  }

  private void row() throws IOException, WireException {
    long time = -1;
    long values = 0;
    long bad = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "t" -> time = whole(key, 0);
        case "v" -> values = entries();
        case "q" -> bad = entries();
        default -> in.skipChildren();
      }
    }
    if (time < 0) {
      throw new WireException("found a row without t");
    }
    if (rows == times.length) {
      times = Arrays.copyOf(times, 2 * rows);
    }
    times[rows++] = time;
    // A doubtful value stands in both: what is counted is what came, not what it is worth.
    readings += Math.max(values, bad);
  }

  private long entries() throws IOException, WireException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "values of a row");
    long count = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      in.nextToken();
      in.skipChildren();
      count++;
    }
    return count;
  }

  private String text(String what) throws IOException, WireException {
    expect(in.currentToken(), JsonToken.VALUE_STRING, what);
    return in.getText();
  }

  private long whole(String what, long least) throws IOException, WireException {
    expect(in.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
    long value = in.getLongValue();
    if (value < least) {
      throw new WireException("found " + what + " " + value + ", expected at least " + least);
    }
    return value;
  }

  private static void expect(@Nullable JsonToken found, JsonToken expected, String what)
      throws WireException {
    if (found != expected) {
      throw new WireException("found " + found + " as " + what + ", expected " + expected);
    }
  }
}

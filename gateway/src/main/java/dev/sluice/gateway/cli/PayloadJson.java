package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any payload as readable JSON. What it is shows in its first bytes: a zstd frame has a magic
 * number, JSON starts with a brace, a device state is a CBOR map and a gap a CBOR array.
 */
final class PayloadJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final int MAX_UNPACKED = 16 << 20;
  private static final int CBOR_ARRAY = 4;
  private static final int CBOR_MAP = 5;

  private PayloadJson() {}

  static String of(byte[] payload) throws CliException {
    int start = firstByte(payload);
    if (start == payload.length) {
      throw new CliException("found nothing, expected a payload");
    }
    try {
      if (isZstd(payload)) {
        byte[] unpacked = unpacked(payload);
        return isJson(unpacked, firstByte(unpacked)) ? pretty(unpacked) : data(payload);
      } else if (isJson(payload, start)) {
        return pretty(payload);
      }
      return switch ((payload[0] & 0xff) >> 5) {
        case CBOR_MAP -> state(DeviceStateRecord.decode(payload));
        case CBOR_ARRAY -> gap(GapRecord.decode(payload));
        default ->
            throw new CliException(
                String.format(
                    "found a payload that starts with 0x%02x, expected JSON, zstd or a record",
                    payload[0]));
      };
    } catch (RecordFormatException | OutboxException e) {
      throw new CliException("not a record: " + e.getMessage());
    }
  }

  private static String data(byte[] payload) throws RecordFormatException {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator json = generator(out)) {
      BatchReader.read(payload, new DataJson(json));
    } catch (UncheckedIOException | IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String state(DeviceStateRecord state) {
    return written(
        json -> {
          json.writeStringField("kind", "device-state");
          json.writeStringField("device", state.device());
          json.writeNumberField("t", state.timeMillis());
          json.writeStringField("clock", state.clockTrusted() ? "trusted" : "untrusted");
          json.writeBooleanField("up", state.up());
          json.writeStringField("reason", state.reason());
        });
  }

  private static String gap(GapRecord gap) {
    return written(
        json -> {
          json.writeStringField("kind", "gap");
          json.writeNumberField("first", gap.first());
          json.writeNumberField("last", gap.last());
          json.writeNumberField("count", gap.count());
          json.writeStringField("reason", gap.reason());
        });
  }

  /** One or more JSON values in a row, digits kept as they are. */
  private static String pretty(byte[] text) throws CliException {
    var out = new ByteArrayOutputStream();
    try (JsonParser in = JSON.createParser(text);
        JsonGenerator json = generator(out)) {
      while (in.nextToken() != null) {
        json.copyCurrentStructureExact(in);
      }
    } catch (JsonProcessingException e) {
      throw new CliException(
          "not JSON: " + e.getOriginalMessage() + " at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String written(Fields fields) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static JsonGenerator generator(ByteArrayOutputStream out) throws IOException {
    return JSON.createGenerator(out, JsonEncoding.UTF8)
        .setPrettyPrinter(new DefaultPrettyPrinter().withRootSeparator("\n"));
  }

  private static byte[] unpacked(byte[] payload) throws CliException {
    try (var in = new ZstdInputStream(new ByteArrayInputStream(payload))) {
      byte[] bytes = in.readNBytes(MAX_UNPACKED + 1);
      if (bytes.length > MAX_UNPACKED) {
        throw new CliException("found more than 16 MiB behind zstd, expected one payload");
      }
      return bytes;
    } catch (IOException e) {
      throw new CliException("a damaged zstd frame: " + e.getMessage());
    }
  }

  private static boolean isZstd(byte[] payload) {
    return payload.length >= ZSTD.length
        && Arrays.equals(payload, 0, ZSTD.length, ZSTD, 0, ZSTD.length);
  }

  /** CBOR of ours starts with a map or an array, whose first byte is above 0x7f. */
  private static boolean isJson(byte[] bytes, int start) {
    return start < bytes.length && (bytes[start] == '{' || bytes[start] == '[');
  }

  private static int firstByte(byte[] bytes) {
    int i = 0;
    while (i < bytes.length && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r')) {
      i++;
    }
    return i;
  }
}

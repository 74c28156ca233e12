package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.zip.GZIPInputStream;

/** Turns whatever the gateway sends or stores into readable JSON, by looking at its first bytes. */
final class PayloadDecoder {

  private static final JsonFactory JSON = new JsonFactory();
  private static final CBORFactory CBOR = new CBORFactory();
  private static final int MAX_UNPACKED = 16 << 20;

  String decode(byte[] payload) throws DecodeException {
    try {
      if (isZstd(payload)) {
        byte[] unpacked = unpack(payload);
        return isMessage(unpacked) ? message(unpacked) : data(payload);
      }
      if (isGzip(payload)) {
        return message(gunzip(payload));
      }
      return isMessage(payload) ? message(payload) : small(payload);
    } catch (JsonProcessingException e) {
      long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
      throw new DecodeException("not a message: " + e.getOriginalMessage() + ", at byte " + offset);
    } catch (IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
  }

  private static boolean isZstd(byte[] payload) {
    return payload.length >= 4
        && (payload[0] & 0xff) == 0x28
        && (payload[1] & 0xff) == 0xb5
        && (payload[2] & 0xff) == 0x2f
        && (payload[3] & 0xff) == 0xfd;
  }

  private static boolean isGzip(byte[] payload) {
    return payload.length >= 2 && (payload[0] & 0xff) == 0x1f && (payload[1] & 0xff) == 0x8b;
  }

  private static boolean isMessage(byte[] payload) {
    return isJson(payload) || isCbor(payload);
  }

  /**
   * A map whose first key is a text; what the outbox stores has numbers as keys, or is a list of
   * numbers. Or a SenML pack: a list of maps.
   */
  private static boolean isCbor(byte[] payload) {
    return isPack(payload) || isMap(payload);
  }

  private static boolean isPack(byte[] payload) {
    int head = payload.length == 0 ? 0 : payload[0] & 0xff;
    int wide = head >= 0x98 && head <= 0x9a ? 1 << (head - 0x98) : 0; // bytes of the length
    boolean list = head >= 0x81 && head <= 0x9a;
    return list && payload.length > 1 + wide && (payload[1 + wide] & 0xe0) == 0xa0;
  }

  private static boolean isMap(byte[] payload) {
    return payload.length >= 2 && (payload[0] & 0xe0) == 0xa0 && (payload[1] & 0xe0) == 0x60;
  }

  private static String message(byte[] payload) throws IOException {
    return isCbor(payload) ? pretty(CBOR, payload) : pretty(JSON, payload);
  }

  private static boolean isJson(byte[] payload) {
    for (byte each : payload) {
      if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
        return each == '{' || each == '[';
      }
    }
    return false;
  }

  private static byte[] unpack(byte[] payload) throws DecodeException {
    long size = Zstd.getFrameContentSize(payload);
    if (size < 0 || size > MAX_UNPACKED) {
      throw new DecodeException(
          "zstd: found a content size of " + size + ", expected 0 to " + MAX_UNPACKED + " bytes");
    }
    try {
      return Zstd.decompress(payload, (int) size);
    } catch (ZstdException e) {
      throw new DecodeException("zstd: damaged: " + e.getMessage());
    }
  }

  private static byte[] gunzip(byte[] payload) throws DecodeException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(payload))) {
      byte[] unpacked = in.readNBytes(MAX_UNPACKED + 1);
      if (unpacked.length > MAX_UNPACKED) {
        throw new DecodeException("gzip: expected at most " + MAX_UNPACKED + " bytes unpacked");
      }
      return unpacked;
    } catch (IOException e) {
      throw new DecodeException("gzip: damaged: " + e.getMessage());
    }
  }

  /** One message, or several one after the other as a subscriber prints them. */
  private static String pretty(JsonFactory form, byte[] payload) throws IOException {
    var text = new StringWriter();
    try (JsonParser in = form.createParser(payload);
        JsonGenerator out = generator(text)) {
      while (in.nextToken() != null) {
        out.copyCurrentStructureExact(in);
      }
    }
    return text.toString();
  }

  private static String data(byte[] payload) throws IOException, DecodeException {
    var text = new StringWriter();
    try (JsonGenerator out = generator(text)) {
      var printer = new RecordPrinter(out);
      BatchReader.read(payload, printer);
      printer.throwIfFailed();
    } catch (RecordFormatException e) {
      throw new DecodeException("a zstd frame, but no record: " + e.getMessage());
    }
    return text.toString();
  }

  private static String small(byte[] payload) throws IOException, DecodeException {
    var text = new StringWriter();
    try (JsonGenerator out = generator(text)) {
      try {
        DeviceStateRecord state = DeviceStateRecord.decode(payload);
        out.writeStartObject();
        out.writeStringField("kind", "device-state");
        out.writeStringField("device", state.device());
        out.writeNumberField("t", state.timeMillis());
        out.writeStringField("clock", state.clockTrusted() ? "trusted" : "untrusted");
        if (!state.bootId().isEmpty()) {
          out.writeStringField("boot", state.bootId());
          out.writeNumberField("monotonic_ms", state.monotonicMillis());
        }
        out.writeBooleanField("up", state.up());
        out.writeStringField("reason", state.reason());
        out.writeEndObject();
      } catch (RecordFormatException noState) {
        gap(payload, out, noState);
      }
    }
    return text.toString();
  }

  private static void gap(byte[] payload, JsonGenerator out, RecordFormatException noState)
      throws IOException, DecodeException {
    try {
      GapRecord gap = GapRecord.decode(payload);
      out.writeStartObject();
      out.writeStringField("kind", "gap");
      out.writeNumberField("first", gap.first());
      out.writeNumberField("last", gap.last());
      out.writeNumberField("count", gap.count());
      out.writeStringField("reason", gap.reason());
      if (!gap.uplink().isEmpty()) {
        out.writeStringField("uplink", gap.uplink());
      }
      out.writeEndObject();
    } catch (OutboxException noGap) {
      throw new DecodeException(
          "neither a message, nor a record: as a device state: "
              + noState.getMessage()
              + "; as a gap: "
              + noGap.getMessage());
    }
  }

  private static JsonGenerator generator(StringWriter text) throws IOException {
    return JSON.createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter());
  }
}

package dev.sluice.simulator.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message as a gateway sends it: JSON, or JSON in zstd when the topic ends with {@code /zstd}.
 *
 * @param stream the gateway's id, a slash and the id of the stream
 * @param seq 0 if there is none, as in a gap that has no record of its own
 * @param part from 1 to {@code parts}
 * @param low 0 if there is none
 * @param gap what is named as lost, or null
 * @param devices readings by device; empty for other messages
 */
record WireMessage(
    String gateway,
    String stream,
    long seq,
    int part,
    int parts,
    long low,
    @Nullable Gap gap,
    JsonNode devices) {

  /**
   * What bounds or damage forced out.
   *
   * @param count of readings
   */
  record Gap(long first, long last, long count) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_PARTS = 1024;
  private static final int SCHEMA = 1;

  /**
   * Reads a message.
   *
   * @return empty for a status message, which belongs to no stream
   * @throws IOException naming what was found and expected
   */
  static Optional<WireMessage> parse(String topic, byte[] payload, int maxBytes)
      throws IOException {
    JsonNode root = json(topic.endsWith("/zstd") ? unzip(payload, maxBytes) : payload);
    if (!root.isObject()) {
      throw new IOException(
          "found JSON "
              + root.getNodeType()
              + ", expected an object, as an uplink of form json sends");
    }
    if (!root.has("schema") && root.has("seq")) {
      throw new IOException("found a single value, expected what an uplink of form json sends");
    }
    long schema = whole(root, "schema", 1, Integer.MAX_VALUE);
    if (schema != SCHEMA) {
      throw new IOException("found schema " + schema + ", expected " + SCHEMA);
    }
    if (root.has("status")) {
      return Optional.empty();
    }
    String gateway = text(root, "gateway");
    JsonNode gap = root.path("gap");
    long seq = gap.isObject() && !root.has("seq") ? 0 : whole(root, "seq", 1, Long.MAX_VALUE - 1);
    int part = 1;
    int parts = 1;
    if (root.has("part")) {
      JsonNode pair = root.get("part");
      parts = pair.path(1).asInt();
      part = pair.path(0).asInt();
      if (pair.size() != 2 || part < 1 || part > parts || parts > MAX_PARTS) {
        throw new IOException("found part " + pair + ", expected [k, n] with 1 <= k <= n");
      }
    }
    if (!gap.isObject() && !root.path("devices").isObject() && !root.path("state").isObject()) {
      throw new IOException("found none of devices, state, gap, expected one");
    }
    return Optional.of(
        new WireMessage(
            gateway,
            gateway + "/" + text(root, "stream"),
            seq,
            part,
            parts,
            root.has("low") ? whole(root, "low", 1, Long.MAX_VALUE - 1) : 0,
            gap.isObject() ? gap(gap) : null,
            root.path("devices")));
  }

  private static Gap gap(JsonNode node) throws IOException {
    long first = whole(node, "first", 1, Long.MAX_VALUE - 1);
    return new Gap(
        first,
        whole(node, "last", first, Long.MAX_VALUE - 1),
        node.has("count") ? whole(node, "count", 0, Long.MAX_VALUE) : 0);
  }

  private static byte[] unzip(byte[] payload, int maxBytes) throws IOException {
    long size = Zstd.getFrameContentSize(payload);
    if (size > maxBytes) {
      throw new IOException("found " + size + " bytes in zstd, expected at most " + maxBytes);
    }
    try {
      // A frame need not say its size; the bound holds all the same.
      return Zstd.decompress(payload, size > 0 ? (int) size : maxBytes);
    } catch (ZstdException e) {
      throw new IOException("found no zstd frame: " + e.getMessage(), e);
    }
  }

  private static JsonNode json(byte[] bytes) throws IOException {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IOException("found no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String text(JsonNode node, String key) throws IOException {
    String text = node.path(key).asText();
    if (text.isEmpty()) {
      throw new IOException("found no " + key + ", expected a text");
    }
    return text;
  }

  private static long whole(JsonNode node, String key, long lowest, long highest)
      throws IOException {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < lowest
        || value.longValue() > highest) {
      throw new IOException(
          "found "
              + key
              + " "
              + (value.isMissingNode() ? "missing" : value)
              + ", expected a whole number from "
              + lowest);
    }
    return value.longValue();
  }
}

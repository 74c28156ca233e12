package dev.sluice.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.github.luben.zstd.Zstd;
import java.io.IOException;

/**
 * Reads an uplink message as a consumer does: how many readings, how old, and each device's cycle.
 */
final class PayloadScan {

  private static final int MAX_MESSAGE = 64 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  /** Takes what a message holds. */
  interface Visitor {

    /**
     * One row of a device.
     *
     * @param timeMillis when it was acquired
     * @param cycle value of its first point, 0 if that is not among them
     * @param readings how many values or qualities it holds
     */
    void row(String device, long timeMillis, long cycle, int readings);
  }

  private PayloadScan() {}

  static byte[] plain(String topic, byte[] payload) throws IOException {
    if (!topic.endsWith("/zstd")) {
      return payload;
    }
    long size = Zstd.getFrameContentSize(payload);
    if (size < 0 || size > MAX_MESSAGE) {
      throw new IOException("zstd frame of " + size + " bytes");
    }
    return Zstd.decompress(payload, (int) size);
  }

  /**
   * Shows the rows of a message in the default wire form.
   *
   * @param firstPoint name of the point that holds the cycle
   */
  static void rows(byte[] json, String firstPoint, Visitor visitor) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean devices = "devices".equals(parser.currentName());
        parser.nextToken();
        if (devices) {
          devices(parser, firstPoint, visitor);
        } else {
          parser.skipChildren();
        }
      }
    }
  }

  private static void devices(JsonParser parser, String firstPoint, Visitor visitor)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String device = parser.currentName();
      parser.nextToken();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        row(parser, device, firstPoint, visitor);
      }
    }
  }

  private static void row(JsonParser parser, String device, String firstPoint, Visitor visitor)
      throws IOException {
    long time = 0;
    long cycle = 0;
    int readings = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if ("t".equals(key)) {
        time = parser.getLongValue();
        continue;
      }
      boolean values = "v".equals(key);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean first = values && firstPoint.equals(parser.currentName());
        parser.nextToken();
        readings++;
        if (first) {
          cycle = Math.round(parser.getDoubleValue());
        }
      }
    }
    visitor.row(device, time, cycle, readings);
  }
}

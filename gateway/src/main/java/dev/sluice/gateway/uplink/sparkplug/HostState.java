package dev.sluice.gateway.uplink.sparkplug;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one server said of the primary host. Older news than the last accepted are no news: the will
 * of a former connection of the host may arrive late.
 */
final class HostState {

  /** What a message came to. */
  enum News {
    ONLINE,
    OFFLINE,
    /** Older than what is known. */
    OLD
  }

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_BYTES = 4 << 10;

  /** As it is said; milliseconds since 1970. */
  record State(boolean online, long timestamp) {}

  private long last = Long.MIN_VALUE;

  News take(State state) {
    if (state.timestamp < last) {
      return News.OLD;
    }
    last = state.timestamp;
    return state.online ? News.ONLINE : News.OFFLINE;
  }

  /** Null when it is not a state. */
  static @Nullable State read(Buffer payload) {
    return payload.length() > MAX_BYTES ? null : read(payload.getBytes());
  }

  private static @Nullable State read(byte[] json) {
    Boolean online = null;
    Long timestamp = null;
    try (JsonParser in = JSON.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String key = in.currentName();
        JsonToken value = in.nextToken();
        if (key.equals("online") && value.isBoolean()) {
          online = in.getBooleanValue();
        } else if (key.equals("timestamp") && value == JsonToken.VALUE_NUMBER_INT) {
          timestamp = in.getLongValue();
        } else {
          in.skipChildren();
        }
      }
    } catch (IOException e) {
      return null; // told as malformed, which says all there is to say
    }
    return online == null || timestamp == null ? null : new State(online, timestamp);
  }
}

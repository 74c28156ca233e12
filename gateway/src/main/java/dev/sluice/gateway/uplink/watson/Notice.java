package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the platform says of a request that failed.
 *
 * @param about null when it does not say
 * @param topic of the request
 * @param detail in a line, with what came made harmless
 */
record Notice(@Nullable Thing about, boolean ofPublish, String topic, String detail) {

  private static final int DEPTH = 4;
  private static final int SHOWN = 200;

  static Notice of(Buffer payload) throws DocumentException {
    Map<String, Object> found = Documents.read(payload, DEPTH);
    Thing about =
        found.get("Type") instanceof String type && found.get("Id") instanceof String id
            ? new Thing(type, id)
            : null;
    String topic = shown(found.get("Topic"));
    String detail = shown(found.get("RC")) + " " + shown(found.get("Message")) + ", " + topic;
    return new Notice(about, "publish".equals(found.get("Request")), topic, detail);
  }

  static String shown(@Nullable Object value) {
    String text = String.valueOf(value).replaceAll("\\p{Cntrl}", " ");
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}

package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the platform says on the topic for errors. What it leaves out is empty.
 *
 * @param type for example {@code GATEWAY_ATTACHMENT_ERROR}
 * @param device which it is about
 * @param topic of the message that was refused
 * @param description in words
 */
record ErrorReport(String type, String device, String topic, String description) {

  static final String ATTACH = "GATEWAY_ATTACHMENT_ERROR";
  static final String DETACH = "GATEWAY_DETACHMENT_DEVICE_ERROR";
  static final String UNKNOWN_DEVICE = "GATEWAY_DEVICE_NOT_FOUND";

  private static final int DEPTH = 8;
  private static final int SHOWN = 200;

  static ErrorReport read(Buffer payload) throws DocumentException {
    Map<String, Object> report = Documents.read(payload, DEPTH);
    Object info = report.get("mqtt_message_info");
    return new ErrorReport(
        text(report.get("error_type")),
        text(report.get("device_id")),
        info instanceof Map<?, ?> packet ? text(packet.get("topic")) : "",
        text(report.get("description")));
  }

  /** In words, for the log and the state. */
  String words() {
    return description.isEmpty() ? type : type + ": " + description;
  }

  private static String text(@Nullable Object value) {
    String text = value instanceof String found ? found : "";
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}

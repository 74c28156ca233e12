package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.uplink.connector.WatsonOptions;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.nio.charset.StandardCharsets;

/**
 * How one uplink speaks.
 *
 * @param gateway id of this gateway
 * @param uplink id of the uplink
 * @param maxMessageBytes of one message as the broker sees it
 */
record WatsonForm(WatsonOptions options, String gateway, String uplink, int maxMessageBytes) {

  /** A larger payload costs the connection. */
  private static final int PAYLOAD = 131_072;

  Thing itself() {
    return new Thing(options.type(), options.id());
  }

  /** What a payload on a topic may be. */
  int room(String topic) {
    int name = topic.getBytes(StandardCharsets.UTF_8).length;
    return Math.min(PAYLOAD, maxMessageBytes - Publication.OVERHEAD - name);
  }
}

package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.nio.charset.StandardCharsets;

/**
 * How one uplink speaks.
 *
 * @param gateway id of this gateway
 * @param uplink id of the uplink
 * @param maxMessageBytes of one message as the broker sees it
 */
record ThingsboardForm(
    ThingsboardOptions options, String gateway, String uplink, int maxMessageBytes) {

  /** As the broker knows this connection; to the server a token says who it is. */
  String clientId() {
    return options.clientId().replace("{gateway}", gateway).replace("{uplink}", uplink);
  }

  /** What a payload on a topic may be. */
  int room(String topic) {
    int name = topic.getBytes(StandardCharsets.UTF_8).length;
    return maxMessageBytes - Publication.OVERHEAD - name;
  }
}

package dev.sluice.e2e.cloud.ibm;

import dev.sluice.e2e.cloud.broker.Session;
import dev.sluice.e2e.cloud.broker.Violation;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * What a gateway is told of its failed requests on its {@code notify} topic. A request that nobody
 * would hear about closes the connection instead, so that the mistake shows.
 */
final class Notices {

  private static final String FORBIDDEN = "403";

  /**
   * Tells the gateway why its request is lost.
   *
   * @param about {@code null} when the topic does not say
   * @return how the lost message is acknowledged: as any other
   * @throws Violation if the client is no gateway, or has not subscribed to its notifications
   */
  int complained(
      Session session, ClientId client, Thing about, String request, String topic, Violation why) {
    if (client.kind() != ClientId.Kind.GATEWAY) {
      throw why;
    }
    var notice =
        new JsonObject()
            .put("Request", request)
            .put("Time", Instant.now().toString())
            .put("Topic", topic)
            .put("Client", session.connect().clientId())
            .put("RC", FORBIDDEN)
            .put("Message", why.getMessage());
    if (about != null) {
      notice.put("Type", about.type()).put("Id", about.id());
    }
    if (!session.push(Filters.notifications(client.thing()), notice, 0)) {
      throw why;
    }
    return 1;
  }
}

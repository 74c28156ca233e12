package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what came of commands, as events of the gateway in a subfolder: the platform has no other
 * word for it.
 */
final class Answers {

  /** More than this are not worth the memory; commands are limited by {@code inbound.rate}. */
  private static final int MOST = 500;

  private final ClearbladeForm form;
  private final Topics topics;
  private final Sidestream side;
  private final Troubles troubles;
  private @Nullable Channel channel;

  Answers(ClearbladeForm form, Topics topics, Sidestream side, Troubles troubles) {
    this.form = form;
    this.topics = topics;
    this.side = side;
    this.troubles = troubles;
  }

  void open(Channel with) {
    channel = with;
  }

  void say(Map<String, Object> what, long nowMillis) {
    Channel to = channel;
    if (to == null) {
      return;
    }
    if (side.waiting() >= MOST) {
      troubles.add(Troubles.Kind.ANSWERS_DROPPED, topics.answers(), "more than " + MOST + " wait");
      return;
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("schema", 1);
    answer.put("gateway", form.gateway());
    answer.put("t", nowMillis);
    answer.put("answer", what);
    var message = new Publication(topics.answers(), Documents.write(answer), false);
    side.add(
        () -> {
          var unused = to.publish(message);
        });
  }
}

package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands of applications. The platform has no word for what became of one, so that is told as an
 * event: {@code answer} of the device, or of the gateway where there is none.
 */
final class Orders {

  private static final int DEPTH = 8;
  private static final String REQUEST = "reqId";

  private final WatsonForm form;
  private final ThingNames names;
  private final Requests requests;
  private final Consumer<Publication> say;

  Orders(WatsonForm form, ThingNames names, Requests requests, Consumer<Publication> say) {
    this.form = form;
    this.names = names;
    this.requests = requests;
    this.say = say;
  }

  /** A command to a device names it by its topic; one to the gateway in its parameters. */
  Verdict take(Topics.Order order, Buffer payload) {
    String device = names.device(order.thing());
    boolean own = order.thing().equals(form.itself());
    if (!own && device == null) {
      answer(form.itself(), order, null, Answer.of(Answer.UNKNOWN, "no device " + order.thing()));
      return Verdict.TAKEN;
    }
    if (!order.format().equals("json")) {
      String why = "found format " + Notice.shown(order.format()) + ", expected json";
      answer(order.thing(), order, null, Answer.of(Answer.MALFORMED, why));
      return Verdict.MALFORMED;
    }
    Map<String, Object> document;
    try {
      document = Documents.read(payload, DEPTH);
    } catch (DocumentException e) {
      String why = String.valueOf(e.getMessage());
      answer(order.thing(), order, null, Answer.of(Answer.MALFORMED, why));
      return Verdict.MALFORMED;
    }
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (document.get("d") instanceof Map<?, ?> d) {
      d.forEach((key, value) -> parameters.put(String.valueOf(key), value));
    } else {
      parameters.putAll(document);
    }
    if (device != null) {
      parameters.put("device", device);
    }
    Object given = document.get(REQUEST);
    String id = given instanceof String text ? text : "";
    requests
        .take(new Command(form.uplink(), id, 0, order.name(), parameters))
        .onSuccess(answer -> answer(order.thing(), order, given, answer));
    return Verdict.TAKEN;
  }

  private void answer(Thing from, Topics.Order order, @Nullable Object request, Answer answer) {
    Map<String, Object> d = new LinkedHashMap<>();
    d.put("command", order.name());
    if (!from.equals(order.thing())) {
      d.put("type", order.thing().type());
      d.put("id", order.thing().id());
    }
    d.put("code", answer.code());
    d.put("detail", answer.detail());
    answer.body().forEach(d::putIfAbsent);
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("d", d);
    if (request != null) {
      said.put(REQUEST, request);
    }
    say.accept(new Publication(Topics.event(from, "answer"), Documents.write(said), false));
  }
}

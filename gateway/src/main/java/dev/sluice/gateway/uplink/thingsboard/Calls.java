package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remote procedure calls of devices and of the gateway itself. Each is answered. */
final class Calls {

  private final String uplink;
  private final Requests requests;
  private final String connection;
  private final Consumer<Publication> say;
  private final Complaints complaints;

  /**
   * Those of one connection.
   *
   * @param connection no other has it: the server counts calls from 0 when it restarts
   * @param say takes the answers
   */
  Calls(
      String uplink,
      Requests requests,
      String connection,
      Consumer<Publication> say,
      Complaints complaints) {
    this.uplink = uplink;
    this.requests = requests;
    this.connection = connection;
    this.say = say;
    this.complaints = complaints;
  }

  /** A call of a device: that is said in the envelope, so the parameters need not repeat it. */
  Verdict ofDevice(Buffer payload) {
    Map<String, Object> envelope;
    try {
      envelope = Documents.read(payload, Wishes.DEPTH);
    } catch (DocumentException e) {
      return malformed(Topics.RPC, String.valueOf(e.getMessage()));
    }
    if (!(envelope.get("device") instanceof String device)
        || !(envelope.get("data") instanceof Map<?, ?> data)
        || !(data.get("id") instanceof BigDecimal id)) {
      return malformed(Topics.RPC, "nobody knows whom to answer: no device, or no data/id");
    }
    return call(
        device,
        device + "/" + id,
        data.get("method"),
        data.get("params"),
        answer -> {
          Map<String, Object> said = new LinkedHashMap<>();
          said.put("device", device);
          said.put("id", id);
          said.put("data", told(answer));
          say.accept(Said.message(Topics.RPC, said, new Note.Names(device)));
        });
  }

  /** A call of the gateway; its parameters name the device. */
  Verdict ofGateway(String number, Buffer payload) {
    Consumer<Answer> answered =
        answer -> say.accept(Said.message(Topics.OWN_RPC_RESPONSE + number, told(answer), null));
    try {
      Map<String, Object> call = Documents.read(payload, Wishes.DEPTH);
      return call(null, "/" + number, call.get("method"), call.get("params"), answered);
    } catch (DocumentException e) {
      String found = String.valueOf(e.getMessage());
      answered.accept(Answer.of(Answer.MALFORMED, found));
      return malformed(Topics.OWN_RPC_REQUEST + number, found);
    }
  }

  private Verdict call(
      @Nullable String device,
      String id,
      @Nullable Object method,
      @Nullable Object params,
      Consumer<Answer> answered) {
    if (!(method instanceof String name)) {
      String found = "method: found " + method + ", expected a name";
      answered.accept(Answer.of(Answer.MALFORMED, found));
      return malformed(id, found);
    }
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (params instanceof Map<?, ?> several) {
      several.forEach((key, value) -> parameters.put(String.valueOf(key), value));
    } else if (params != null) {
      parameters.put("params", params); // of a method of others, which is refused by its name
    }
    if (device != null) {
      parameters.put("device", device);
    }
    requests
        .take(new Command(uplink, connection + "/" + id, 0, name, parameters))
        .onSuccess(answered::accept);
    return Verdict.TAKEN;
  }

  private Verdict malformed(String about, String found) {
    complaints.add("malformed_call", about, found);
    return Verdict.MALFORMED;
  }

  private static Map<String, Object> told(Answer answer) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("code", answer.code());
    said.put(answer.isDone() ? "detail" : "error", answer.detail());
    answer.body().forEach(said::putIfAbsent);
    if (!answer.isDone()) {
      said.remove("detail"); // it is the error
    }
    return said;
  }
}

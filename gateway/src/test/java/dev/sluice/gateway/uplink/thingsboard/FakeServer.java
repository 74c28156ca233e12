package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.Request;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A connection that knows which devices are connected, as the server does, and keeps everything.
 */
final class FakeServer implements Channel {

  static final int MAX = 64 << 10;

  final CurrentValues current;
  final List<Publication> wire = new ArrayList<>();
  final List<Request> requests = new ArrayList<>();

  /** By device, with the profile by which it was connected. */
  final Map<String, String> connected = new LinkedHashMap<>();

  final Complaints complaints = new Complaints("cloud");
  final ThingsboardConversation conversation;
  Function<Request, Future<Answer>> desk =
      request -> Future.succeededFuture(Answer.of(Answer.DONE, "done"));
  boolean ready;
  private final int max;
  private long seq;

  FakeServer(CurrentValues current) {
    this(current, false, MAX);
  }

  FakeServer(CurrentValues current, boolean quality, int max) {
    this.current = current;
    this.max = max;
    var options =
        new ThingsboardOptions(
            "{gateway}-{uplink}", "token", "meter", Map.of("press", "machine"), quality, null);
    var site =
        new ConnectorSite(
            ClockOffsets.NONE,
            current,
            Commands.NONE,
            request -> {
              requests.add(request);
              return desk.apply(request);
            },
            null,
            new Monotonic(),
            complaints);
    this.conversation =
        new ThingsboardConversation(
            new ThingsboardForm(options, "plant-7", "cloud", max), "stream-1", site, null);
  }

  FakeServer open() {
    conversation.open(this);
    return this;
  }

  static void device(CurrentValues current, String id, boolean up, String... points) {
    List<Column> columns =
        Arrays.stream(points).map(p -> Column.of(p, "", ValueType.FLOAT32, 0)).toList();
    current.state(id, columns, up, up ? "" : "timeout", Moment.trusted(1_700_000_000_000L));
  }

  Conversation.Rendered render(RecordKind kind, byte[] payload, Lane lane) {
    try {
      return conversation.render(new OutboxRecord(++seq, kind, 1, payload), lane, 1);
    } catch (RenderException e) {
      throw new AssertionError(e);
    }
  }

  Conversation.Rendered send(RecordKind kind, byte[] payload, Lane lane) {
    Conversation.Rendered rendered = render(kind, payload, lane);
    rendered.messages().forEach(message -> note(conversation.seal(message)));
    return rendered;
  }

  void state(String device, boolean up, Lane lane) {
    byte[] record =
        new DeviceStateRecord(device, 1_700_000_000_999L, true, up, up ? "" : "timeout").encode();
    send(RecordKind.DEVICE_STATE, record, lane);
  }

  Conversation.Verdict receive(String topic, String payload) {
    return conversation.received(new Incoming(topic, Buffer.buffer(payload), false));
  }

  /** What was written on a topic. */
  List<String> on(String topic) {
    return wire.stream()
        .filter(message -> message.topic().equals(topic))
        .map(message -> message.payload().toString())
        .toList();
  }

  /** All rows of telemetry of a device. */
  List<JsonObject> rows(String device) {
    return on(Topics.TELEMETRY).stream()
        .map(text -> new JsonObject(text).getJsonArray(device, new JsonArray()))
        .flatMap(JsonArray::stream)
        .map(JsonObject.class::cast)
        .toList();
  }

  private void note(Publication message) {
    if (message.size() > max) {
      throw new AssertionError(message.size() + " bytes on " + message.topic());
    }
    wire.add(message);
    var payload = new JsonObject(message.payload());
    switch (message.topic()) {
      case Topics.CONNECT ->
          connected.putIfAbsent(payload.getString("device"), payload.getString("type", "default"));
      case Topics.DISCONNECT -> connected.remove(payload.getString("device"));
      case Topics.TELEMETRY, Topics.ATTRIBUTES ->
          payload.fieldNames().forEach(device -> connected.putIfAbsent(device, "default"));
      case Topics.ATTRIBUTES_REQUEST, Topics.RPC ->
          connected.putIfAbsent(payload.getString("device"), "default");
      default -> {}
    }
  }

  @Override
  public Future<Void> publish(Publication message) {
    note(message);
    return Future.succeededFuture();
  }

  @Override
  public long nowMillis() {
    return 1_700_000_000_000L;
  }

  @Override
  public void ready() {
    ready = true;
  }

  @Override
  public void hold(String why) {
    ready = false;
  }

  @Override
  public void end(LinkException why) {
    throw new AssertionError(why);
  }
}

package dev.sluice.gateway.uplink.watson;

import dev.sluice.driver.TimeSource;
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
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.connector.WatsonOptions;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Connections of one uplink, one after the other; pauses pass when the test says so. */
final class FakePlatform implements Channel, TimeSource {

  static final String EDGE = "type/sluice/id/plant-7/";

  /** A pause that was asked for. */
  record Pause(Duration length, Runnable what) {}

  final Complaints complaints = new Complaints("cloud");
  final CurrentValues current = new CurrentValues();
  final List<Publication> wire = new ArrayList<>();
  final List<Request> requests = new ArrayList<>();
  final List<Pause> pauses = new ArrayList<>();
  final WatsonForm form;
  final ThingNames names;
  final Held held;
  Function<Request, Future<Answer>> desk =
      request -> Future.succeededFuture(Answer.of(Answer.DONE, "done"));
  WatsonConversation conversation;
  boolean ready;
  String holds = "";
  LinkException end;
  long nanos = 1;
  private final Random random = new Random(7);
  private long seq;

  FakePlatform() {
    this(128 << 10, Duration.ofHours(2));
  }

  FakePlatform(int max, Duration lifetime) {
    var options =
        new WatsonOptions(
            "sl1ce7",
            "sluice",
            "plant-7",
            "meter",
            Map.of("press", "machine of {gateway}"),
            "readings",
            lifetime,
            true,
            Duration.ofSeconds(1),
            Duration.ofMinutes(1));
    this.form = new WatsonForm(options, "plant-7", "cloud", max);
    this.names = new ThingNames(form);
    this.held = new Held("cloud", options.retry(), this, random, complaints);
  }

  /** The next connection. */
  FakePlatform open() {
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
            this,
            complaints);
    wire.clear();
    pauses.clear();
    ready = false;
    end = null;
    Login login = Login.of(form.options().clientId(), WatsonOptions.USER, "token");
    Turns turns =
        new Turns() {
          @Override
          public void soon(Runnable what) {
            what.run();
          }

          @Override
          public Pause later(Duration pause, Runnable what) {
            var one = new FakePlatform.Pause(pause, what);
            pauses.add(one);
            return () -> pauses.remove(one);
          }

          @Override
          public void stop() {
            pauses.clear();
          }
        };
    conversation =
        new WatsonConversation(form, "stream-1", site, login, names, held, turns, random);
    conversation.open(this);
    return this;
  }

  void device(String id, boolean up) {
    List<Column> columns = List.of(Column.of("count", "", ValueType.UINT32, 0));
    current.state(id, columns, up, up ? "" : "timeout", Moment.trusted(1_700_000_000_000L));
  }

  Conversation.Rendered send(RecordKind kind, byte[] payload, Lane lane) {
    try {
      Conversation.Rendered rendered =
          conversation.render(new OutboxRecord(++seq, kind, 1, payload), lane, 1);
      rendered.messages().forEach(message -> wire.add(conversation.seal(message)));
      return rendered;
    } catch (RenderException e) {
      throw new AssertionError(e);
    }
  }

  Conversation.Rendered state(String device, boolean up) {
    byte[] record =
        new DeviceStateRecord(device, 1_700_000_000_999L, true, up, up ? "" : "timeout").encode();
    return send(RecordKind.DEVICE_STATE, record, Lane.LIVE);
  }

  Conversation.Verdict receive(String topic, String payload) {
    return conversation.received(new Incoming(topic, Buffer.buffer(payload), false));
  }

  Conversation.Verdict refuse(String type, String id) {
    return receive(
        "iot-2/" + EDGE + "notify",
        "{\"Request\":\"publish\",\"Topic\":\"t\",\"Type\":\"%s\",\"Id\":\"%s\",\"RC\":\"403\","
                .formatted(type, id)
            + "\"Message\":\"not authorized\",\"Client\":\"g:sl1ce7:sluice:plant-7\"}");
  }

  void passPauses() {
    List<Pause> due = List.copyOf(pauses);
    pauses.clear();
    due.forEach(pause -> pause.what().run());
  }

  List<JsonObject> on(String topic) {
    return wire.stream()
        .filter(message -> message.topic().equals(topic))
        .map(message -> new JsonObject(message.payload()))
        .toList();
  }

  @Override
  public Future<Void> publish(Publication message) {
    wire.add(message);
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
    holds = why;
  }

  @Override
  public void end(LinkException why) {
    end = why;
    conversation.ended(why);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public boolean trusted() {
    return true;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(1_700_000_000_000L);
  }
}

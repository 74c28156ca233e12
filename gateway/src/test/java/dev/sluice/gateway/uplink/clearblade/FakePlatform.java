package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.driver.TimeSource;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.Request;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.MqttConnector;
import dev.sluice.gateway.uplink.connector.MqttForm;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A conversation with its connection; time passes, and answers come, when the test says so. */
final class FakePlatform implements Channel, Turns, TimeSource {

  static final String OWN_EVENTS = "/devices/edge/events";

  /** What was said, and how it ended. */
  record Said(Publication message, Promise<Void> arrived, long millis) {

    String topic() {
      return message.topic();
    }

    JsonObject json() {
      return new JsonObject(message.payload());
    }
  }

  private record Due(long nanos, Runnable what) {}

  final CurrentValues current = new CurrentValues();
  final Memory memory;
  final List<Said> said = new ArrayList<>();
  final List<Publication> wire = new ArrayList<>();
  final List<Future<Void>> withdrawn = new ArrayList<>();
  final List<String> heard = new ArrayList<>();
  final List<Request> requests = new ArrayList<>();
  final List<Due> dues = new ArrayList<>();
  final Setting setting;
  Function<Request, Answer> desk = request -> Answer.of(Answer.DONE, "done");
  ClearbladeConversation conversation;
  Token token;
  String keyPrint = "print";

  /** By this much somebody set the clock. */
  Duration set = Duration.ZERO;

  boolean acknowledges = true;
  boolean ready;
  String held = "";
  LinkException end;
  long nanos;
  private long seq;

  FakePlatform(boolean attach, ClearbladeOptions.Unattached unattached) {
    this(options(attach, unattached));
  }

  FakePlatform(ClearbladeOptions options) {
    var site =
        new ConnectorSite(
            ClockOffsets.NONE,
            current,
            Commands.NONE,
            request -> {
              requests.add(request);
              return Future.succeededFuture(desk.apply(request));
            },
            null,
            this);
    memory = Memory.of("cloud", options, site, new Random(7));
    setting =
        new Setting(
            new ClearbladeForm(options, "edge-gateway", "cloud"),
            site,
            new Topics(options, "edge-gateway"),
            memory);
  }

  static ClearbladeOptions options(boolean attach, ClearbladeOptions.Unattached unattached) {
    return new ClearbladeOptions(
        "plant-7",
        "us-central1",
        "hall",
        "edge",
        "plant-7",
        Path.of("none.pem"),
        Duration.ofHours(1),
        attach,
        "{device}",
        unattached,
        ClearbladeOptions.Detach.REMOVED,
        "",
        Form.JSON,
        Compression.NONE,
        Duration.ofSeconds(1),
        Duration.ofMinutes(1));
  }

  /** Another connection. */
  FakePlatform open() {
    knock();
    conversation.open(this);
    return this;
  }

  /** Another attempt. */
  void knock() {
    said.clear();
    wire.clear();
    dues.clear();
    ready = false;
    end = null;
    ClearbladeOptions options = setting.form().options();
    var form =
        new MqttForm(
            "edge-gateway",
            "cloud",
            setting.topics().eventsTemplate(options.attach()),
            "",
            options.form(),
            options.compression(),
            64 << 10);
    Conversation messages = new MqttConnector(form, ClockOffsets.NONE).begin("01JD", null).result();
    token =
        new Token(
            "secret", "ES256", options.audience(), instant(), options.tokenLifetime(), keyPrint);
    conversation =
        new ClearbladeConversation(
            setting,
            "01JD",
            token,
            Login.of(options.clientId(), "unused", "secret"),
            messages,
            this,
            (id, config) -> memory.applied().put(id, config, null));
  }

  FakePlatform device(String id) {
    current.state(id, List.of(), true, "", Moment.trusted(millis()));
    return this;
  }

  /** Lets time pass, with all that is due meanwhile. */
  void pass(Duration time) {
    long until = nanos + time.toNanos();
    while (true) {
      Due next = null;
      for (Due due : dues) {
        if (due.nanos <= until && (next == null || due.nanos < next.nanos)) {
          next = due;
        }
      }
      if (next == null) {
        nanos = until;
        return;
      }
      dues.remove(next);
      nanos = Math.max(nanos, next.nanos);
      next.what.run();
    }
  }

  Conversation.Rendered render(RecordKind kind, byte[] payload, Lane lane) {
    try {
      return conversation.render(new OutboxRecord(++seq, kind, 1, payload), lane, 1);
    } catch (RenderException e) {
      throw new AssertionError(e);
    }
  }

  Conversation.Rendered letter(OutboxRecord letter) {
    try {
      return conversation.renderLetter("01JD", letter, 1);
    } catch (RenderException e) {
      throw new AssertionError(e);
    }
  }

  /** A reading of each device, in one record. */
  Conversation.Rendered readings(String... devices) {
    var record = new DataRecords().column("count", ValueType.UINT32).column("x", ValueType.UINT16);
    for (String device : devices) {
      record.row(device, 1_700_000_000_000L, seq, 7L);
    }
    return render(RecordKind.DATA, record.payload(), Lane.LIVE);
  }

  Conversation.Rendered state(String device, boolean up, String reason) {
    var record = new DeviceStateRecord(device, millis(), true, up, reason);
    return render(RecordKind.DEVICE_STATE, record.encode(), Lane.LIVE);
  }

  /** Writes what was rendered; gives the topics on the wire. */
  List<String> write(Conversation.Rendered rendered) {
    var topics = new ArrayList<String>();
    for (Publication message : rendered.messages()) {
      Publication sealed = conversation.seal(message);
      wire.add(sealed);
      topics.add(sealed.topic());
    }
    return topics;
  }

  Conversation.Verdict down(String topic, String payload) {
    return conversation.received(new Incoming(topic, Buffer.buffer(payload), false));
  }

  void error(String type, String device, String topic, String description) {
    down(
        "/devices/edge/errors",
        new JsonObject()
            .put("error_type", type)
            .put("device_id", device)
            .put("mqtt_message_info", new JsonObject().put("topic", topic))
            .put("description", description)
            .encode());
  }

  List<Said> said(String topic) {
    return said.stream().filter(each -> each.topic().equals(topic)).toList();
  }

  Said last(String topic) {
    List<Said> all = said(topic);
    return all.get(all.size() - 1);
  }

  @Override
  public Future<Void> publish(Publication message) {
    Promise<Void> arrived = Promise.promise();
    said.add(new Said(message, arrived, millis()));
    if (acknowledges) {
      arrived.complete();
    }
    return arrived.future();
  }

  @Override
  public void withdraw(Future<Void> publication) {
    withdrawn.add(publication);
  }

  @Override
  public Future<List<String>> subscribe(List<String> filters) {
    heard.addAll(filters);
    return Future.succeededFuture(List.of());
  }

  @Override
  public long nowMillis() {
    return millis();
  }

  @Override
  public void ready() {
    ready = true;
  }

  @Override
  public void hold(String why) {
    ready = false;
    held = why;
  }

  @Override
  public void end(LinkException why) {
    end = why;
  }

  @Override
  public void soon(Runnable what) {
    dues.add(new Due(nanos, what));
  }

  @Override
  public void stop() {
    dues.clear();
  }

  @Override
  public Pause later(Duration pause, Runnable what) {
    var due = new Due(nanos + pause.toNanos(), what);
    dues.add(due);
    return () -> dues.remove(due);
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
    long passed = TimeUnit.NANOSECONDS.toMillis(nanos);
    return Instant.ofEpochMilli(1_700_000_000_000L + passed).plus(set);
  }
}

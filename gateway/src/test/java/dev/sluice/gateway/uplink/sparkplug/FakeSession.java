package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.normalize.Blocks;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A conversation with its connection, judged; turns and pauses pass when the test says so. */
final class FakeSession implements Channel, Turns {

  static final int MAX = 128 << 10;

  final CurrentValues current;
  final StrictHost host = new StrictHost("plant", "edge-1");
  final List<Publication> wire = new ArrayList<>();
  final List<Runnable> pauses = new ArrayList<>();
  final SparkplugConversation conversation;
  final Rejections rejections = new Rejections("cloud");
  boolean ready;
  String held = "";
  LinkException end;
  long now = 1_700_000_000_000L;
  ClockOffsets offsets = ClockOffsets.NONE;
  private final Deque<Runnable> turns = new ArrayDeque<>();
  private final int servers;
  private long seq;

  FakeSession(boolean aliases, CurrentValues current, Commands commands, String primaryHost) {
    this(aliases, current, commands, primaryHost, MAX, new HostState(), 1);
  }

  FakeSession(
      boolean aliases,
      CurrentValues current,
      Commands commands,
      String primaryHost,
      int max,
      HostState hostState,
      int servers) {
    this.servers = servers;
    this.current = current;
    var options =
        new SparkplugOptions(
            "plant",
            "edge-1",
            primaryHost,
            Duration.ofSeconds(10),
            aliases,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5));
    this.conversation =
        new SparkplugConversation(
            new SparkplugForm(options, "cloud", max),
            BareSite.of((boot, at) -> offsets.of(boot, at), current, commands, null),
            7,
            this,
            server -> hostState,
            new BdSeq(null),
            rejections);
  }

  static FakeSession plain() {
    return new FakeSession(true, new CurrentValues(), Commands.NONE, "");
  }

  FakeSession open() {
    conversation.open(this);
    return this;
  }

  void runTurns() {
    while (turn()) {
      // until nothing waits
    }
  }

  boolean turn() {
    Runnable next = turns.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  void passPauses() {
    List<Runnable> due = List.copyOf(pauses);
    pauses.clear();
    due.forEach(Runnable::run);
  }

  List<Publication> render(RecordKind kind, byte[] payload, Lane lane) {
    try {
      return conversation.render(new OutboxRecord(++seq, kind, 1, payload), lane, 1).messages();
    } catch (RenderException e) {
      throw new AssertionError(e);
    }
  }

  /** Rendered and written in one go. */
  void send(RecordKind kind, byte[] payload, Lane lane) {
    render(kind, payload, lane).forEach(this::write);
  }

  void write(Publication message) {
    note(conversation.seal(message));
  }

  void state(String device, boolean up, Lane lane) {
    send(RecordKind.DEVICE_STATE, stateRecord(device, up), lane);
  }

  byte[] stateRecord(String device, boolean up) {
    return new DeviceStateRecord(device, now, true, up, up ? "" : "timeout").encode();
  }

  /** As the stage before it would: the current values know it at once. */
  static void up(CurrentValues current, String device, List<Column> columns, long millis) {
    current.state(device, columns, true, "", Moment.trusted(millis));
  }

  static void value(
      CurrentValues current, String device, List<Column> columns, long millis, long... bits) {
    value(current, device, columns, Moment.trusted(millis), bits);
  }

  static void value(
      CurrentValues current, String device, List<Column> columns, Moment at, long... bits) {
    var readings = new ArrayList<Blocks.One>();
    for (int i = 0; i < bits.length; i++) {
      readings.add(new Blocks.One(i, bits[i], columns.get(i).scale(), "text", Quality.GOOD));
    }
    current.values(device, columns, Blocks.of(readings), at);
  }

  static List<Column> columns(String... names) {
    return java.util.Arrays.stream(names)
        .map(name -> Column.of(name, "", ValueType.UINT32, 0))
        .toList();
  }

  private void note(Publication message) {
    wire.add(message);
    host.accept(
        message.topic(),
        message.payload().getBytes(),
        message.qos() == Qos.AT_LEAST_ONCE ? 1 : 0,
        message.retained());
  }

  Verdict receive(String topic, byte[] payload, boolean retained) {
    return conversation.received(new Incoming(topic, Buffer.buffer(payload), retained));
  }

  @Override
  public Future<Void> publish(Publication message) {
    note(message);
    return Future.succeededFuture();
  }

  @Override
  public long nowMillis() {
    return now;
  }

  @Override
  public void ready() {
    ready = true;
    held = "";
  }

  @Override
  public void hold(String why) {
    ready = false;
    held = why;
  }

  @Override
  public int servers() {
    return servers;
  }

  @Override
  public void end(LinkException why) {
    end = why;
  }

  @Override
  public void soon(Runnable what) {
    turns.add(what);
  }

  @Override
  public Pause later(Duration pause, Runnable what) {
    pauses.add(what);
    return () -> pauses.remove(what);
  }
}

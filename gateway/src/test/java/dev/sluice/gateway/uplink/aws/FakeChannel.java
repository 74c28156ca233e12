package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection that only remembers; pauses pass when the test says so. */
final class FakeChannel implements Channel, Turns {

  final List<Publication> said = new ArrayList<>();
  long now = 1_700_000_000_000L;
  boolean ready;
  private final List<Waiting> waiting = new ArrayList<>();
  private int read;

  private record Waiting(Duration pause, Runnable what) {}

  @Override
  public Future<Void> publish(Publication message) {
    said.add(message);
    return Future.succeededFuture();
  }

  @Override
  public long nowMillis() {
    return now;
  }

  @Override
  public void ready() {
    ready = true;
  }

  @Override
  public void hold(String why) {}

  @Override
  public void end(LinkException why) {}

  @Override
  public void soon(Runnable what) {
    what.run();
  }

  @Override
  public Pause later(Duration pause, Runnable what) {
    var one = new Waiting(pause, what);
    waiting.add(one);
    return () -> waiting.remove(one);
  }

  /** Everything that waits so long or less. */
  void pass(Duration pause) {
    List<Waiting> due = waiting.stream().filter(one -> one.pause().compareTo(pause) <= 0).toList();
    waiting.removeAll(due);
    now += pause.toMillis();
    due.forEach(one -> one.what().run());
  }

  /** The next message that was not looked at; null when there is none. */
  Publication next() {
    return read < said.size() ? said.get(read++) : null;
  }

  /** The next one, which is on this topic, as JSON. */
  JsonObject next(String topic) {
    Publication message = next();
    if (message == null || !message.topic().equals(topic)) {
      throw new AssertionError("expected " + topic + ", found " + message);
    }
    return new JsonObject(message.payload());
  }

  static Incoming incoming(String topic, JsonObject body) {
    return new Incoming(topic, body.toBuffer(), false);
  }

  static Incoming incoming(String topic, String body) {
    return new Incoming(topic, Buffer.buffer(body), false);
  }
}

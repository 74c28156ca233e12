package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Request;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.AzureOptions.Receives;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** The other side of a conversation, and the desk behind it, under a test's hand. */
final class Hub implements Channel, Requests, Turns {

  /** What was said, not yet looked at. */
  final Deque<Publication> said = new ArrayDeque<>();

  /** What reached the desk, in order. */
  final List<Request> requests = new ArrayList<>();

  /** What waits for its time. */
  final List<Runnable> later = new ArrayList<>();

  final List<Duration> pauses = new ArrayList<>();

  /** Answers at once; null for whoever asks {@link #owed}. */
  Function<Request, Answer> desk = request -> null;

  final Deque<Promise<Answer>> owed = new ArrayDeque<>();

  /** Acknowledges by {@link #arriving} only. */
  boolean slow;

  final Deque<Promise<Void>> arriving = new ArrayDeque<>();
  final Voice voice = new Voice(this);
  final Complaints complaints = new Complaints("cloud");
  final TwinMemory memory;
  final TwinRequests twin = new TwinRequests(voice, complaints, new Random(1));
  final DesiredChanges desired;

  Hub(TwinMemory memory) {
    this.memory = memory;
    this.desired = new DesiredChanges("cloud", this, memory, twin, complaints);
  }

  /** What comes in, by its topic. */
  Inbox inbox(Receives receives, Unsettled unsettled) {
    return new Inbox(
        receives,
        "plant-7",
        twin,
        desired,
        new MethodCalls("cloud", this, new Monotonic(), voice, complaints),
        new DeviceMessages(
            "cloud", "gw", "plant-7", this, voice, complaints, unsettled, new Random(1)));
  }

  @Override
  public Future<Void> publish(Publication message) {
    said.add(message);
    if (!slow) {
      return Future.succeededFuture();
    }
    Promise<Void> arrived = Promise.promise();
    arriving.add(arrived);
    return arrived.future();
  }

  @Override
  public Future<Answer> take(Request request) {
    requests.add(request);
    Answer answer = desk.apply(request);
    if (answer != null) {
      return Future.succeededFuture(answer);
    }
    Promise<Answer> promise = Promise.promise();
    owed.add(promise);
    return promise.future();
  }

  @Override
  public void soon(Runnable what) {
    what.run();
  }

  @Override
  public Pause later(Duration pause, Runnable what) {
    pauses.add(pause);
    later.add(what);
    return () -> later.remove(what);
  }

  /** Lets the time of everything that waits come. */
  void elapse() {
    var due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  /** What was said next, topic and payload. */
  String next() {
    Publication message = said.poll();
    return message == null ? "nothing" : message.topic() + " " + message.payload();
  }

  /** Answers the question that was just asked. */
  void answer(int status, String body) {
    Publication question = said.remove();
    String id = question.topic().substring(question.topic().indexOf("$rid="));
    twin.answered(message("$iothub/twin/res/" + status + "/?" + id, body));
  }

  Verdict change(long version, String patch) {
    return desired.changed(
        message("$iothub/twin/PATCH/properties/desired/?$version=" + version, patch));
  }

  static Incoming message(String topic, String body) {
    return new Incoming(topic, Buffer.buffer(body), false);
  }

  @Override
  public long nowMillis() {
    return 1_700_000_000_000L;
  }

  @Override
  public void ready() {}

  @Override
  public void hold(String why) {}

  @Override
  public void end(LinkException why) {}
}

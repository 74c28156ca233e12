package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shadow of the thing during one connection: {@code get}, then an update whenever something
 * changed, one at a time; a delta becomes a request, and what came of it is reported.
 */
final class Shadow {

  private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);

  /** Of the platform, of what is desired and reported together. */
  static final int MAX_BYTES = 8 << 10;

  /** Of the platform, below each section; and what is around them. */
  private static final int MAX_DEPTH = 8 + 8;

  /** Who does not answer for so long does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String NOT_FOUND = "404";
  private static final String TOO_LARGE = "413";

  private final String uplink;
  private final String topic;
  private final Duration every;
  private final ShadowMemory memory;
  private final Reported reported;
  private final Requests requests;
  private final Complaints complaints;
  private final Turns turns;

  private @Nullable Channel channel;
  private boolean over;

  /** What the shadow holds, as far as it said so; null before it did. */
  private @Nullable Map<String, Object> known;

  private Map<String, Object> desired = Map.of();

  /** The request under way; empty for none. */
  private String asked = "";

  /** What the shadow will hold when the update under way is accepted. */
  private Map<String, Object> sent = Map.of();

  private int pauses;
  private int skip;
  private boolean omittedTold;

  /** Something changed while an answer was owed. */
  private boolean again;

  private Turns.@Nullable Pause tick;
  private Turns.@Nullable Pause patience;

  /**
   * Nothing is said yet.
   *
   * @param topic where its topics begin, without a slash at the end
   * @param memory what outlives a connection
   */
  Shadow(
      String uplink,
      String topic,
      Duration every,
      ShadowMemory memory,
      Reported reported,
      Requests requests,
      Complaints complaints,
      Turns turns) {
    this.uplink = uplink;
    this.topic = topic;
    this.every = every;
    this.memory = memory;
    this.reported = reported;
    this.requests = requests;
    this.complaints = complaints;
    this.turns = turns;
  }

  /** Each by its name: the platform may add topics, and its policies are written like this. */
  List<String> subscriptions() {
    return List.of(
        topic + "/get/accepted",
        topic + "/get/rejected",
        topic + "/update/accepted",
        topic + "/update/rejected",
        topic + "/update/delta",
        topic + "/delete/accepted");
  }

  void open(Channel with) {
    channel = with;
    get(with);
    tick = turns.later(every, this::tick);
  }

  void ended() {
    over = true;
    cancel(tick);
    cancel(patience);
  }

  private static void cancel(Turns.@Nullable Pause pause) {
    if (pause != null) {
      pause.cancel();
    }
  }

  private void get(Channel to) {
    ask(to, "get", new TreeMap<>());
  }

  private void ask(Channel to, String verb, Map<String, Object> body) {
    asked = memory.token();
    body.put("clientToken", asked);
    cancel(patience);
    patience = turns.later(PATIENCE, () -> unanswered(verb));
    publish(to, verb, Documents.write(body));
  }

  private void publish(Channel to, String verb, Buffer body) {
    var unused = to.publish(new Publication(topic + "/" + verb, body, false));
  }

  private void unanswered(String verb) {
    asked = "";
    complaints.add("shadow_unanswered", verb, "within " + PATIENCE.toSeconds() + " s");
  }

  private void tick() {
    if (over) {
      return;
    }
    tick = turns.later(every, this::tick);
    if (skip > 0) {
      skip--;
    } else {
      report();
    }
  }

  /** Says what changed, unless an answer is owed. */
  private void report() {
    Channel to = channel;
    if (to == null || over || !asked.isEmpty()) {
      again = true;
      return;
    }
    again = false;
    Map<String, Object> before = known;
    if (before == null) {
      get(to);
      return;
    }
    int room = MAX_BYTES - (desired.isEmpty() ? 0 : Documents.write(desired).length() + 12);
    Map<String, Object> now = reported.document(desired, room, to.nowMillis());
    tell(now);
    Map<String, @Nullable Object> change = Json.difference(before, now);
    if (!change.isEmpty()) {
      sent = Json.copy(now);
      var state = new TreeMap<String, Object>();
      state.put("reported", change);
      var body = new TreeMap<String, Object>();
      body.put("state", state);
      ask(to, "update", body);
    }
  }

  private void tell(Map<String, Object> document) {
    long omitted = Json.number(document, "omitted", 0);
    if (omitted > 0 && !omittedTold) {
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("omitted", omitted)
          .addKeyValue("maxBytes", MAX_BYTES)
          .log("the shadow has no room for all values; those that are desired come first");
    }
    omittedTold = omitted > 0;
  }

  /** Null when the topic is not of this shadow. */
  @Nullable Verdict received(Incoming message) {
    if (!message.topic().startsWith(topic + "/")) {
      return null;
    }
    String what = message.topic().substring(topic.length() + 1);
    try {
      Map<String, Object> body = Documents.read(message.payload(), MAX_DEPTH);
      switch (what) {
        case "get/accepted" -> got(body);
        case "get/rejected" -> rejected("get", body);
        case "update/accepted" -> updated(body);
        case "update/rejected" -> rejected("update", body);
        case "update/delta" -> delta(body, Json.map(body, "state"));
        case "delete/accepted" -> deleted();
        default -> {
          return null;
        }
      }
      return Verdict.TAKEN;
    } catch (DocumentException e) {
      complaints.add("shadow_malformed", what, String.valueOf(e.getMessage()));
      return Verdict.MALFORMED;
    }
  }

  private boolean answers(Map<String, Object> body) {
    boolean ours = !asked.isEmpty() && Json.text(body, "clientToken").equals(asked);
    if (ours) {
      asked = "";
      cancel(patience);
    }
    return ours;
  }

  private void got(Map<String, Object> body) {
    if (!answers(body)) {
      return;
    }
    Map<String, Object> state = Json.map(body, "state");
    known = Json.copy(Json.map(state, "reported"));
    desired = Json.copy(Json.map(state, "desired"));
    settle();
    Map<String, Object> delta = Json.map(state, "delta");
    if (!delta.isEmpty()) {
      delta(body, delta);
    }
    report();
  }

  private void updated(Map<String, Object> body) {
    Map<String, Object> state = Json.map(body, "state");
    if (state.containsKey("desired")) {
      merge(Json.map(state, "desired")); // of somebody else: they need room, too
    }
    if (answers(body)) {
      known = sent;
      settle();
      if (again) {
        report();
      }
    }
  }

  /** By somebody else: what is said next makes another one, so it is everything. */
  private void deleted() {
    asked = "";
    cancel(patience);
    known = new TreeMap<>();
    desired = Map.of();
    report();
  }

  private void settle() {
    pauses = 0;
    skip = 0;
  }

  private void rejected(String verb, Map<String, Object> body) {
    if (!answers(body)) {
      return; // somebody else was refused
    }
    String code = String.valueOf(body.get("code"));
    if (verb.equals("get") && code.equals(NOT_FOUND)) {
      known = new TreeMap<>();
      desired = Map.of();
      memory.forget();
      report();
      return;
    }
    complaints.add("shadow_" + verb + "_rejected", topic, code + " " + Json.text(body, "message"));
    if (code.equals(TOO_LARGE)) {
      known = null; // what is desired takes more room than we knew
    }
    pauses = Math.min(pauses + 1, 6);
    int half = 1 << (pauses - 1); // gateways that were refused together do not come together
    skip = half + ThreadLocalRandom.current().nextInt(half);
  }

  private void merge(Map<String, Object> change) {
    Map<String, Object> merged = Json.copy(desired);
    Json.merge(merged, change);
    desired = merged;
  }

  private void delta(Map<String, Object> body, Map<String, Object> state) {
    long version = Json.number(body, "version", 0);
    if (!memory.isNews(version)) {
      return;
    }
    merge(state);
    if (memory.isSettled(state)) {
      return; // it comes again with every update, and would be refused again
    }
    boolean repeated = memory.isRepeated(state);
    requests
        .take(new DesiredState(uplink, version, state))
        .onSuccess(answer -> answered(state, answer, repeated));
  }

  /** What is said again because an update brought it up makes no update at once: it would go on. */
  private void answered(Map<String, Object> state, Answer answer, boolean repeated) {
    memory.answered(state, answer);
    Channel to = channel;
    if (to == null || over) {
      return;
    }
    Map<String, Object> body = answer.body();
    if (!answer.isDone() && !body.containsKey("errors")) {
      var errors = new TreeMap<String, Object>();
      errors.put("desired", answer.detail());
      body = Map.of("errors", errors);
    }
    reported.answered(body, to.nowMillis());
    if (!repeated) {
      report();
    }
  }
}

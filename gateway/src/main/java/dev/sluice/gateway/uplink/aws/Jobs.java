package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Job;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Jobs of the thing during one connection: the next one is begun when there is one, handed over,
 * and its end told with the version that it had.
 *
 * <pre>
 *   start-next --accepted--> execution --> Requests --> JOB/update SUCCEEDED | FAILED | REJECTED
 *       ^                                                   | rejected: VersionMismatch: once more
 *       '--- notify-next, or a pause <----------------------'
 * </pre>
 *
 * <p>What is not answered, or not now, is said again after a pause.
 */
final class Jobs {

  /**
   * Of a job, as deep as can be read: a document that is not read is a job that is not answered.
   */
  private static final int MAX_DEPTH = 64;

  /** Of a value of statusDetails, characters; at least one, and none of those below. */
  private static final int MAX_DETAIL = 1_024;

  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}");

  /** Before something is said again that was refused, or not answered; up to twice as long. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** Refusals that are none of what was said. */
  private static final Set<String> NOT_NOW = Set.of("RequestThrottled", "InternalError");

  private static final String UPDATE_ACCEPTED = "/update/accepted";
  private static final String UPDATE_REJECTED = "/update/rejected";

  private final String uplink;
  private final String topic;
  private final JobMemory memory;
  private final Requests requests;
  private final Complaints complaints;

  private final Turns turns;

  /** Until the next one is asked for again. */
  private Turns.@Nullable Pause starting;

  /** Until the end of the last one is told again. */
  private Turns.@Nullable Pause telling;

  private @Nullable Channel channel;
  private boolean over;

  /**
   * Nothing is said yet.
   *
   * @param topic where its topics begin, without a slash at the end
   * @param memory what outlives a connection
   */
  Jobs(
      String uplink,
      String topic,
      JobMemory memory,
      Requests requests,
      Complaints complaints,
      Turns turns) {
    this.turns = turns;
    this.uplink = uplink;
    this.topic = topic;
    this.memory = memory;
    this.requests = requests;
    this.complaints = complaints;
  }

  List<String> subscriptions() {
    return List.of(
        topic + "/notify-next",
        topic + "/start-next/accepted",
        topic + "/start-next/rejected",
        topic + "/+" + UPDATE_ACCEPTED,
        topic + "/+" + UPDATE_REJECTED);
  }

  /** What was queued while nobody listened is told to nobody: so it is asked for. */
  void open(Channel with) {
    channel = with;
    memory.toldBy(this);
    startNext();
  }

  void ended() {
    over = true;
    cancel(starting);
    cancel(telling);
  }

  private void startNext() {
    publish("start-next", new TreeMap<>());
    cancel(starting);
    starting =
        turns.later(
            pause(),
            () -> {
              complaints.add("job_unanswered", topic, "start-next");
              startNext();
            });
  }

  private void startLater() {
    cancel(starting);
    starting = turns.later(pause(), this::startNext);
  }

  private static Duration pause() {
    return PAUSE.plusMillis(ThreadLocalRandom.current().nextLong(PAUSE.toMillis()));
  }

  private static void cancel(Turns.@Nullable Pause pause) {
    if (pause != null) {
      pause.cancel();
    }
  }

  private void publish(String verb, Map<String, Object> body) {
    Channel to = channel;
    if (to != null && !over) {
      body.put("clientToken", memory.token());
      var unused = to.publish(new Publication(topic + "/" + verb, Documents.write(body), false));
    }
  }

  private static String said(Map<String, Object> body) {
    return Json.text(body, "code") + " " + Json.text(body, "message");
  }

  /** Null when the topic is not of these jobs. */
  @Nullable Verdict received(Incoming message) {
    if (!message.topic().startsWith(topic + "/")) {
      return null;
    }
    String what = message.topic().substring(topic.length() + 1);
    try {
      Map<String, Object> body = Documents.read(message.payload(), MAX_DEPTH);
      if (what.equals("notify-next")) {
        notified(Json.map(body, "execution"));
      } else if (what.equals("start-next/accepted")) {
        cancel(starting);
        begun(Json.map(body, "execution"), null);
      } else if (what.equals("start-next/rejected")) {
        complaints.add("job_start_rejected", topic, said(body));
        startLater();
      } else if (what.endsWith(UPDATE_REJECTED)) {
        rejected(what.substring(0, what.length() - UPDATE_REJECTED.length()), body);
      } else if (what.endsWith(UPDATE_ACCEPTED)) {
        told(what.substring(0, what.length() - UPDATE_ACCEPTED.length()));
      } else {
        return null;
      }
      return Verdict.TAKEN;
    } catch (DocumentException e) {
      String found = String.valueOf(e.getMessage());
      complaints.add("job_malformed", what, found);
      if (what.equals("start-next/accepted") || what.equals("notify-next")) {
        notUnderstood(what, message, found);
      }
      return Verdict.MALFORMED;
    }
  }

  /** It waits for its end, for ever if need be; which one it is stands beside its document. */
  private void notUnderstood(String what, Incoming message, String found) {
    try {
      Map<String, Object> body = Documents.readLoosely(message.payload(), MAX_DEPTH);
      if (what.equals("notify-next")) {
        notified(Json.map(body, "execution"));
        return;
      }
      cancel(starting);
      begun(Json.map(body, "execution"), Answer.of(Answer.MALFORMED, found));
    } catch (DocumentException e) {
      // No JSON at all: the platform is asked again after the pause.
    }
  }

  private void notified(Map<String, Object> execution) {
    if (!execution.isEmpty() && !memory.isUnderWay()) {
      startNext();
    }
  }

  /**
   * The platform has begun a job for us.
   *
   * @param refusal of a document that cannot be read; null for one that is carried out
   */
  private void begun(Map<String, Object> execution, @Nullable Answer refusal) {
    String id = Json.text(execution, "jobId");
    if (id.isEmpty()) {
      return; // there is none
    }
    var run = new JobMemory.Run(id, Json.number(execution, "executionNumber", 0));
    long version = Json.number(execution, "versionNumber", 0);
    if (memory.isUnderWay(run)) {
      memory.version(version);
      return;
    }
    Answer known = memory.answer(run);
    if (known != null) {
      memory.version(version);
      update(run, known, version); // the first time nobody heard it
      return;
    }
    if (memory.isUnderWay()) {
      return; // one after the other; it is notified again
    }
    memory.begin(run, version);
    if (refusal != null) {
      memory.done(refusal);
      return;
    }
    requests
        .take(new Job(uplink, run.name(), version, Json.map(execution, "jobDocument")))
        .onSuccess(memory::done);
  }

  /** On whichever connection it is by then. */
  void finished(JobMemory.Run run, Answer answer, long version) {
    update(run, answer, version);
  }

  private void update(JobMemory.Run run, Answer answer, long version) {
    var details = new TreeMap<String, Object>();
    details.put("code", Integer.toString(answer.code()));
    String detail = answer.detail();
    String some = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
    if (!some.isEmpty()) {
      details.put("detail", UNPRINTABLE.matcher(some).replaceAll(" "));
    }
    var body = new TreeMap<String, Object>();
    body.put("status", status(answer.code()));
    body.put("statusDetails", details);
    if (version > 0) {
      body.put("expectedVersion", BigDecimal.valueOf(version));
    }
    if (run.execution() > 0) {
      body.put("executionNumber", BigDecimal.valueOf(run.execution()));
    }
    publish(run.id() + "/update", body);
    cancel(telling);
    if (!over) {
      telling =
          turns.later(
              pause(),
              () -> {
                complaints.add("job_unanswered", run.id(), "update");
                tellAgain(run);
              });
    }
  }

  private void tellAgain(JobMemory.Run run) {
    Answer known = memory.answer(run);
    if (known != null) {
      update(run, known, memory.version());
    }
  }

  private boolean isLast(String id) {
    JobMemory.Run last = memory.last();
    return last != null && last.id().equals(id);
  }

  private void told(String id) {
    if (isLast(id)) {
      cancel(telling);
    }
  }

  private static String status(int code) {
    return switch (code) {
      case Answer.DONE -> "SUCCEEDED";
      case Answer.MALFORMED, Answer.REFUSED, Answer.UNKNOWN, Answer.EXPIRED -> "REJECTED";
      default -> "FAILED";
    };
  }

  /**
   * Somebody else changed it: once more. Or it is over, and there is nothing to tell any more; but
   * what was notified while it was under way, was not heard.
   */
  private void rejected(String id, Map<String, Object> body) {
    complaints.add("job_update_rejected", id, said(body));
    JobMemory.Run last = memory.last();
    if (last == null || !last.id().equals(id)) {
      return;
    }
    cancel(telling);
    String code = Json.text(body, "code");
    if (NOT_NOW.contains(code)) {
      telling = turns.later(pause(), () -> tellAgain(last));
      return;
    }
    Map<String, Object> state = Json.map(body, "executionState");
    boolean open = Json.text(state, "status").equals("IN_PROGRESS");
    long version = Json.number(state, "versionNumber", 0);
    Answer known = memory.answer(last);
    if (code.equals("VersionMismatch") && open && known != null && memory.mayRepeat(version)) {
      memory.version(version);
      update(last, known, version);
    } else {
      startLater();
    }
  }
}

package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.Received;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers what comes to the topics of jobs, and tells of new ones. On the event loop. */
final class Jobs {

  private static final Pattern REQUEST =
      Pattern.compile(
          "\\$aws/things/([A-Za-z0-9:_-]{1,128})/jobs/"
              + "(?:(get|start-next)|([A-Za-z0-9_-]{1,64}|\\$next)/(get|update))");

  private final FanOut out;
  private final Map<String, JobQueue> queues = new HashMap<>();
  private final Map<String, JsonObject> lists = new HashMap<>();

  Jobs(FanOut out) {
    this.out = out;
  }

  JobQueue queue(String thing) {
    return queues.computeIfAbsent(thing, ignored -> new JobQueue());
  }

  void add(String thing, String jobId, String document) {
    JobQueue queue = queue(thing);
    Optional<JobExecution> before = queue.next();
    queue.add(new JobExecution(thing, jobId, document, now()));
    tell(thing, before);
  }

  /** Ends a job from the cloud's side. */
  void cancel(String thing, String jobId) {
    JobQueue queue = queue(thing);
    Optional<JobExecution> before = queue.next();
    queue.get(jobId).ifPresent(job -> job.become("CANCELED", null, now()));
    tell(thing, before);
  }

  /** Whether the topic was a request about jobs. */
  boolean handle(Client client, Received message) {
    Matcher request = REQUEST.matcher(message.topic());
    if (!request.matches()) {
      return false;
    }
    JsonObject body = new JsonObject();
    JsonObject answer;
    String suffix = "/accepted";
    Optional<JobExecution> before = queue(request.group(1)).next();
    try {
      body = message.payload().length == 0 ? body : message.json();
      answer =
          request.group(2) != null
              ? ofQueue(request.group(1), request.group(2), body)
              : ofJob(request.group(1), request.group(3), request.group(4), body);
    } catch (DecodeException e) {
      answer = new JobException("InvalidJson", "The body is no JSON").body();
      suffix = "/rejected";
    } catch (JobException e) {
      answer = e.body();
      suffix = "/rejected";
    }
    answer.put("timestamp", now());
    if (body.containsKey("clientToken")) {
      answer.put("clientToken", body.getString("clientToken"));
    }
    out.answer(client, message.topic() + suffix, answer);
    if (suffix.equals("/accepted")) {
      tell(request.group(1), before);
    }
    return true;
  }

  private JsonObject ofQueue(String thing, String verb, JsonObject body) throws JobException {
    JobQueue queue = queue(thing);
    if (verb.equals("get")) {
      return new JsonObject()
          .put("inProgressJobs", queue.summaries(JobExecution.IN_PROGRESS))
          .put("queuedJobs", queue.summaries(JobExecution.QUEUED));
    }
    Optional<JobExecution> next = queue.next();
    if (next.isEmpty()) {
      return new JsonObject();
    }
    if (next.get().status().equals(JobExecution.QUEUED)) {
      next.get().become(JobExecution.IN_PROGRESS, body.getJsonObject("statusDetails"), now());
    }
    return new JsonObject().put("execution", next.get().describe(true));
  }

  private JsonObject ofJob(String thing, String id, String verb, JsonObject body)
      throws JobException {
    JobQueue queue = queue(thing);
    if (verb.equals("get")) {
      boolean withDocument = body.getBoolean("includeJobDocument", true);
      return id.equals("$next") && queue.next().isEmpty()
          ? new JsonObject()
          : new JsonObject().put("execution", queue.find(id).describe(withDocument));
    }
    JobExecution job = queue.update(id, body, now());
    var answer = new JsonObject();
    if (body.getBoolean("includeJobExecutionState", false)) {
      answer.put("executionState", job.state());
    }
    if (body.getBoolean("includeJobDocument", false)) {
      answer.put("jobDocument", job.describe(true).getJsonObject("jobDocument"));
    }
    return answer;
  }

  /** The list when it is another than before, and the job at its head when that is. */
  private void tell(String thing, Optional<JobExecution> before) {
    JobQueue queue = queue(thing);
    String prefix = "$aws/things/" + thing + "/jobs/";
    JsonObject jobs = queue.list();
    if (!jobs.equals(lists.put(thing, jobs))) {
      out.publish(prefix + "notify", new JsonObject().put("timestamp", now()).put("jobs", jobs));
    }
    Optional<JobExecution> next = queue.next();
    if (!next.equals(before)) {
      var notice = new JsonObject().put("timestamp", now());
      next.ifPresent(job -> notice.put("execution", job.describe(true)));
      out.publish(prefix + "notify-next", notice);
    }
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }
}

package dev.sluice.e2e.cloud.aws;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs of one thing, in the order in which they were queued. On the event loop. */
final class JobQueue {

  private final Map<String, JobExecution> jobs = new LinkedHashMap<>();

  void add(JobExecution job) {
    jobs.put(job.jobId(), job);
  }

  /** The one that is to be worked on: what is in progress, or else the oldest. */
  Optional<JobExecution> next() {
    return first(JobExecution.IN_PROGRESS).or(() -> first(JobExecution.QUEUED));
  }

  private Optional<JobExecution> first(String status) {
    return jobs.values().stream().filter(job -> job.status().equals(status)).findFirst();
  }

  /** By its id, or {@code $next}. */
  JobExecution find(String id) throws JobException {
    Optional<JobExecution> job = id.equals("$next") ? next() : Optional.ofNullable(jobs.get(id));
    return job.orElseThrow(() -> new JobException("ResourceNotFound", "No job " + id));
  }

  Optional<JobExecution> get(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Which are open, by status; changes when one comes, begins or ends. */
  JsonObject list() {
    var list = new JsonObject();
    for (String status : List.of(JobExecution.IN_PROGRESS, JobExecution.QUEUED)) {
      JsonArray summaries = summaries(status);
      if (!summaries.isEmpty()) {
        list.put(status, summaries);
      }
    }
    return list;
  }

  JsonArray summaries(String status) {
    var summaries = new JsonArray();
    jobs.values().stream()
        .filter(job -> job.status().equals(status))
        .forEach(job -> summaries.add(job.summary()));
    return summaries;
  }

  /** Takes what a device says of a job. */
  JobExecution update(String id, JsonObject request, long seconds) throws JobException {
    JobExecution job = find(id);
    String status = request.getString("status");
    if (status == null || !JobExecution.REPORTABLE.contains(status)) {
      throw new JobException("InvalidRequest", "No status " + status);
    }
    if (!areValid(request.getJsonObject("statusDetails", new JsonObject()))) {
      throw new JobException("InvalidRequest", "No status details");
    }
    Integer expected = request.getInteger("expectedVersion");
    if (expected != null && expected != job.version()) {
      throw new JobException("VersionMismatch", "The version is another", job.state());
    }
    if (!job.isOpen()) {
      throw new JobException("InvalidStateTransition", "The job has ended", job.state());
    }
    job.become(status, request.getJsonObject("statusDetails"), seconds);
    return job;
  }

  /** 1 to 1024 characters, and none of those that do not show. */
  private static boolean areValid(JsonObject details) {
    return details.stream()
        .allMatch(
            each -> each.getValue() instanceof String text && text.matches("[^\\p{C}]{1,1024}"));
  }
}

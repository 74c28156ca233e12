package dev.sluice.e2e.cloud.aws;

import io.vertx.core.json.JsonObject;
import java.util.Set;

/** A job as one thing has it. On the event loop. */
final class JobExecution {

  static final String QUEUED = "QUEUED";
  static final String IN_PROGRESS = "IN_PROGRESS";

  /** What a device may say; the last three end a job. */
  static final Set<String> REPORTABLE = Set.of(IN_PROGRESS, "SUCCEEDED", "FAILED", "REJECTED");

  private static final Set<String> OPEN = Set.of(QUEUED, IN_PROGRESS);

  private final String thing;
  private final String jobId;

  /** What its owner uploaded goes out as it is. */
  private final String document;

  private final long queuedAt;
  private String status = QUEUED;
  private JsonObject details = new JsonObject();
  private long startedAt;
  private long updatedAt;
  private int version = 1;

  JobExecution(String thing, String jobId, String document, long seconds) {
    this.thing = thing;
    this.jobId = jobId;
    this.document = FanOut.asItIs(document);
    this.queuedAt = seconds;
    this.updatedAt = seconds;
  }

  String jobId() {
    return jobId;
  }

  String status() {
    return status;
  }

  int version() {
    return version;
  }

  boolean isOpen() {
    return OPEN.contains(status);
  }

  void become(String next, JsonObject nextDetails, long seconds) {
    if (next.equals(IN_PROGRESS) && startedAt == 0) {
      startedAt = seconds;
    }
    status = next;
    details = nextDetails == null ? details : nextDetails.copy();
    updatedAt = seconds;
    version++;
  }

  JsonObject describe(boolean withDocument) {
    JsonObject all =
        summary()
            .put("thingName", thing)
            .put("status", status)
            .put("statusDetails", details.copy());
    return withDocument ? all.put("jobDocument", document) : all;
  }

  JsonObject summary() {
    var summary =
        new JsonObject()
            .put("jobId", jobId)
            .put("queuedAt", queuedAt)
            .put("lastUpdatedAt", updatedAt)
            .put("versionNumber", version)
            .put("executionNumber", 1);
    return startedAt == 0 ? summary : summary.put("startedAt", startedAt);
  }

  JsonObject state() {
    return new JsonObject()
        .put("status", status)
        .put("statusDetails", details.copy())
        .put("versionNumber", version);
  }
}

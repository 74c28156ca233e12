package dev.sluice.e2e.cloud.aws;

import io.vertx.core.json.JsonObject;

/** Why a request about jobs was rejected, as it is told. */
final class JobException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final transient JsonObject state;

  JobException(String code, String message, JsonObject state) {
    super(message);
    this.code = code;
    this.state = state;
  }

  JobException(String code, String message) {
    this(code, message, null);
  }

  JsonObject body() {
    var body = new JsonObject().put("code", code).put("message", getMessage());
    return state == null ? body : body.put("executionState", state);
  }
}

package dev.sluice.e2e.cloud.broker;

import io.vertx.core.json.JsonObject;

/**
 * What came of something that a client was told to do.
 *
 * @param error the client's own words, empty when it went well
 * @param result what it said besides
 */
public record Outcome(String error, JsonObject result) {

  static Outcome of(JsonObject line) {
    String error = line.getString("error", "");
    return new Outcome(
        line.containsKey("cause") ? error + " because of " + line.getString("cause") : error, line);
  }

  public boolean failed() {
    return !error.isEmpty();
  }

  /** What the server granted a subscription. */
  public int granted() {
    return result.getInteger("granted");
  }
}

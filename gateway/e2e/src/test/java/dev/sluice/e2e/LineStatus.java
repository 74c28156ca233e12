package dev.sluice.e2e;

import io.vertx.core.json.JsonObject;

/**
 * What a running gateway says of one line on {@code /status}. For what happens often: the log
 * leaves out what it has said too many times.
 */
record LineStatus(JsonObject json) {

  static LineStatus of(Distribution gateway, String line) {
    var status = new JsonObject(gateway.page("/status"));
    return new LineStatus(status.getJsonObject("lines").getJsonObject(line));
  }

  boolean isDown() {
    return json.getString("state").equals("down");
  }

  String reason() {
    return json.getString("reason");
  }

  /** How often it has been connected. */
  long connects() {
    return json.getLong("connects");
  }

  boolean isUp(String device) {
    return device(device).getString("state").equals("up");
  }

  /** How many polls a device has answered. */
  long answered(String device) {
    return device(device).getLong("answered");
  }

  /** Why a device is down; empty if it is not. */
  String reason(String device) {
    return device(device).getString("reason");
  }

  private JsonObject device(String device) {
    return json.getJsonObject("devices").getJsonObject(device);
  }
}

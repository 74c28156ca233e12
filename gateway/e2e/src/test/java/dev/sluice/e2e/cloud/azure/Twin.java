package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.MergePatch;
import io.vertx.core.json.JsonObject;

/** What the cloud wants of a device and what it says of itself, each with a version. */
final class Twin {

  private static final String VERSION = "$version";

  private final JsonObject desired = new JsonObject().put(VERSION, 1);
  private final JsonObject reported = new JsonObject().put(VERSION, 1);

  JsonObject document() {
    return new JsonObject().put("desired", desired.copy()).put("reported", reported.copy());
  }

  JsonObject reported() {
    return reported.copy();
  }

  /** Changes what is wanted, and gives the patch that tells the device, with its version. */
  JsonObject desire(JsonObject patch) {
    TwinLimits.check(patch, desired);
    return change(desired, patch);
  }

  /**
   * Changes what is reported, and gives the new version.
   *
   * @throws IllegalArgumentException in words, when the patch breaks a limit
   */
  long report(JsonObject patch) {
    TwinLimits.check(patch, reported);
    return change(reported, patch).getLong(VERSION);
  }

  private static JsonObject change(JsonObject section, JsonObject patch) {
    long version = section.getLong(VERSION) + 1;
    MergePatch.apply(section, patch.copy());
    section.put(VERSION, version);
    return patch.copy().put(VERSION, version);
  }
}

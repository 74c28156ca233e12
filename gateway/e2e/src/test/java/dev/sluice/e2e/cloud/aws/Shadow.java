package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.MergePatch;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** One shadow: what is wanted, what is reported, when each came; with a version that only grows. */
final class Shadow {

  static final String DESIRED = "desired";
  static final String REPORTED = "reported";

  /** What an update gives to tell. */
  record Update(JsonObject accepted, JsonObject documents, Optional<JsonObject> delta) {}

  private JsonObject state = new JsonObject();
  private JsonObject metadata = new JsonObject();
  private long version;
  private boolean exists;

  boolean exists() {
    return exists;
  }

  long version() {
    return version;
  }

  /** The document, with the difference if there is any. */
  JsonObject document() {
    JsonObject full = state.copy();
    JsonObject difference = difference();
    if (!difference.isEmpty()) {
      full.put("delta", difference);
    }
    return new JsonObject()
        .put("state", full)
        .put("metadata", metadata.copy())
        .put("version", version);
  }

  /**
   * Changes it; null where a value was takes that away.
   *
   * @param wanted the version that the change is meant for
   */
  Update update(JsonObject change, Optional<Long> wanted, long seconds) throws ShadowException {
    if (wanted.isPresent() && wanted.get() != version) {
      throw new ShadowException(409, "Version conflict");
    }
    JsonObject changed = state.copy();
    MergePatch.apply(changed, change.copy());
    ShadowLimits.check(change, changed);
    JsonObject previous = snapshot();
    state = changed;
    JsonObject times = Metadata.of(change, seconds);
    MergePatch.apply(metadata, times.copy());
    version++;
    exists = true;
    Metadata.dropNulls(times);
    var accepted =
        new JsonObject().put("state", change).put("metadata", times).put("version", version);
    var documents = new JsonObject().put("previous", previous).put("current", snapshot());
    JsonObject difference = difference();
    Optional<JsonObject> delta =
        difference.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new JsonObject()
                    .put("state", difference)
                    .put("metadata", Metadata.of(difference, seconds))
                    .put("version", version));
    return new Update(accepted, documents, delta);
  }

  /** Empties it; the version stays, and grows with the next update. */
  long delete() {
    state = new JsonObject();
    metadata = new JsonObject();
    exists = false;
    return version++;
  }

  private JsonObject snapshot() {
    return new JsonObject()
        .put("state", state.copy())
        .put("metadata", metadata.copy())
        .put("version", version);
  }

  private JsonObject difference() {
    return difference(
        state.getJsonObject(DESIRED, new JsonObject()),
        state.getJsonObject(REPORTED, new JsonObject()));
  }

  private static JsonObject difference(JsonObject desired, JsonObject reported) {
    var difference = new JsonObject();
    for (String key : desired.fieldNames()) {
      Object wanted = desired.getValue(key);
      Object found = reported.getValue(key);
      if (wanted instanceof JsonObject inner && found instanceof JsonObject other) {
        JsonObject nested = difference(inner, other);
        if (!nested.isEmpty()) {
          difference.put(key, nested);
        }
      } else if (!wanted.equals(found)) {
        difference.put(key, wanted instanceof JsonObject inner ? inner.copy() : wanted);
      }
    }
    return difference;
  }
}

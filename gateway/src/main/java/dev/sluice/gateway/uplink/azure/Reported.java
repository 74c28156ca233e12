package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What came of desired properties, in the reported ones:
 *
 * <pre>
 * { devices: { * device: { + point: value } },         what is so now
 *   errors: { * "device/point": text },                why not; taken away once it is so
 *   desired: { version: int, code: int, detail: text } }   of the newest version
 * </pre>
 */
final class Reported {

  private static final String DEVICES = "devices";
  private static final String ERRORS = "errors";

  /** Of all reported properties together. */
  private static final int MOST_BYTES = 32 << 10;

  /** A text may have 4 KiB. */
  private static final int MOST_TEXT = 1_000;

  private static final int SHOWN = 300;
  private static final int NO_CONTENT = 204;
  private static final int OK = 200;

  private final TwinRequests twin;
  private final TwinMemory memory;
  private final Complaints complaints;
  private final TreeSet<String> errors = new TreeSet<>();

  Reported(TwinRequests twin, TwinMemory memory, Complaints complaints) {
    this.twin = twin;
    this.memory = memory;
    this.complaints = complaints;
  }

  /** What the hub has. */
  void is(Map<String, Object> reported) {
    if (reported.get(ERRORS) instanceof Map<?, ?> known) {
      known.keySet().forEach(key -> errors.add(String.valueOf(key)));
    }
  }

  /** Tells the answer to a version. */
  void answer(long version, Answer answer, boolean whole) {
    var patch = new LinkedHashMap<String, @Nullable Object>();
    if (answer.body().get(DEVICES) instanceof Map<?, ?> devices && !devices.isEmpty()) {
      patch.put(DEVICES, devices);
    }
    Map<String, @Nullable Object> news = errors(answer.body(), whole);
    if (!news.isEmpty()) {
      patch.put(ERRORS, news);
    }
    Map<String, Object> summary = summary(version, answer);
    patch.putAll(summary);
    Buffer full = Documents.write(patch);
    Buffer brief = Documents.write(summary);
    tell(full.length() < MOST_BYTES ? full : brief, brief, version, whole, isSettled(answer));
  }

  /** Whether nothing would be better the next time. */
  static boolean isSettled(Answer answer) {
    return switch (answer.code()) {
      case Answer.FAILED, Answer.NOT_KNOWN, Answer.TOO_MANY, Answer.EXPIRED -> false;
      default -> true;
    };
  }

  private void tell(Buffer patch, Buffer brief, long version, boolean whole, boolean settled) {
    twin.report(
        patch,
        (status, body) -> {
          if (status == NO_CONTENT || status == OK) {
            memory.told(version, whole, settled);
            return;
          }
          complaints.add("twin_report_refused", "", "status " + status + " " + shown(body));
          if (!patch.equals(brief)) {
            tell(brief, brief, version, whole, settled);
          }
        });
  }

  private Map<String, @Nullable Object> errors(Map<String, Object> body, boolean whole) {
    var news = new LinkedHashMap<String, @Nullable Object>();
    if (whole) {
      errors.forEach(key -> news.put(key, null)); // what is still wrong is said below
      errors.clear();
    }
    if (body.get(DEVICES) instanceof Map<?, ?> devices) {
      devices.forEach(
          (device, points) -> {
            if (points instanceof Map<?, ?> done) {
              done.keySet().forEach(point -> gone(device + "/" + point, news));
            }
          });
    }
    if (body.get(ERRORS) instanceof Map<?, ?> now) {
      now.forEach(
          (key, why) -> {
            errors.add(String.valueOf(key));
            news.put(String.valueOf(key), shortened(String.valueOf(why)));
          });
    }
    return news;
  }

  private void gone(String key, Map<String, @Nullable Object> news) {
    if (errors.remove(key)) {
      news.put(key, null);
    }
  }

  private static Map<String, Object> summary(long version, Answer answer) {
    var desired = new LinkedHashMap<String, Object>();
    desired.put("version", version);
    desired.put("code", answer.code());
    desired.put("detail", shortened(answer.detail()));
    return Map.of("desired", desired);
  }

  /** What a hub says of an error, for people. */
  static String shown(Buffer body) {
    return body.getString(0, Math.min(SHOWN, body.length()));
  }

  private static String shortened(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "...";
  }
}

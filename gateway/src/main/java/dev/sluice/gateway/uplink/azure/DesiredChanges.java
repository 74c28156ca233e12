package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Desired properties in the order of their {@code $version}: first the whole twin, then one change
 * after the other. Changes that come meanwhile wait; one that was missed is found by its number,
 * and the whole is read again.
 */
final class DesiredChanges {

  /** Where changes come. */
  static final String CHANGES = "$iothub/twin/PATCH/properties/desired/#";

  private static final Pattern CHANGE =
      Pattern.compile("\\$iothub/twin/PATCH/properties/desired/\\?\\$version=(\\d{1,18})");

  private static final String VERSION = "$version";

  /** Of the vendor's twins. */
  private static final int MOST_DEEP = 12;

  private static final int MOST_WAITING = 50;
  private static final int OK = 200;

  /** When the whole is older than what was said before. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** After 16 s at most, for the first time. */
  private static final int FIRST_TRY = 4;

  private static final int MOST_TRIES = 10;
  private static final Duration LONGEST_TRY = Duration.ofMinutes(30);

  /**
   * One version of what is wanted.
   *
   * @param state null when it could not be read
   */
  private record Change(long version, @Nullable Map<String, Object> state, String problem) {}

  private final String uplink;
  private final Requests requests;
  private final TwinMemory memory;
  private final TwinRequests twin;
  private final Reported reported;
  private final Complaints complaints;
  private final List<Change> waiting = new ArrayList<>();
  private boolean reading;
  private boolean unread;
  private long seen;

  /** How often in a row the whole was not as new as a change before it. */
  private int stale;

  private int tries;
  private boolean due;

  DesiredChanges(
      String uplink,
      Requests requests,
      TwinMemory memory,
      TwinRequests twin,
      Complaints complaints) {
    this.uplink = uplink;
    this.requests = requests;
    this.memory = memory;
    this.twin = twin;
    this.complaints = complaints;
    this.reported = new Reported(twin, memory, complaints);
  }

  /** Reads the whole twin. */
  void read() {
    reading = true;
    twin.get(this::whole);
  }

  private void whole(int status, Buffer body) {
    reading = false;
    if (status != OK) {
      unread = true;
      complaints.add("twin_unreadable", "", "status " + status + " " + Reported.shown(body));
      waiting.clear();
      return;
    }
    try {
      Map<String, Object> document = Documents.read(body, MOST_DEEP);
      reported.is(section(document, "reported"));
      Map<String, Object> desired = section(document, "desired");
      seen = number(desired.get(VERSION));
      unread = false;
      if (memory.wants(seen)) {
        want(new Change(seen, wanted(desired), ""), true);
      }
    } catch (DocumentException e) {
      unread = true;
      complaints.add("twin_malformed", "", String.valueOf(e.getMessage()));
    }
    var before = List.copyOf(waiting);
    waiting.clear();
    before.forEach(this::next);
    stale = reading ? stale : 0;
  }

  Verdict changed(Incoming message) {
    Matcher topic = CHANGE.matcher(message.topic());
    if (!topic.matches()) {
      return Inbox.malformed(complaints, message.topic(), "no change of desired properties");
    }
    long version = Long.parseLong(topic.group(1));
    Change change;
    try {
      var patch = Documents.read(message.payload(), MOST_DEEP);
      change = new Change(version, wanted(patch), "");
    } catch (DocumentException e) {
      change = new Change(version, null, String.valueOf(e.getMessage()));
    }
    if (!reading) {
      next(change);
    } else if (waiting.size() < MOST_WAITING) {
      waiting.add(change); // beyond that the gap is found later
    }
    return change.state() == null
        ? Inbox.malformed(complaints, message.topic(), change.problem())
        : Verdict.TAKEN;
  }

  /** One came that was not let in: the whole is read after a while, once for all of them. */
  void missed() {
    tryAgain(false);
  }

  private void next(Change change) {
    if (change.version() <= seen && !unread) {
      return; // said before
    }
    if (reading) {
      waiting.add(change);
    } else if (change.version() == seen + 1 || unread) {
      seen = change.version();
      want(change, false);
    } else {
      waiting.add(change);
      readAgain();
    }
  }

  /** At once, and with growing pauses when the whole is older than what was said before. */
  private void readAgain() {
    if (stale++ == 0) {
      read();
    } else {
      reading = true;
      twin.later(stale, LONGEST_PAUSE, this::read);
    }
  }

  private void want(Change change, boolean whole) {
    Map<String, Object> state = change.state();
    if (state == null) {
      reported.answer(change.version(), Answer.of(Answer.MALFORMED, change.problem()), whole);
    } else if (whole && state.isEmpty()) {
      memory.told(change.version(), true, true); // nothing was ever wanted
    } else {
      requests
          .take(new DesiredState(uplink, change.version(), state))
          .onSuccess(
              answer -> {
                reported.answer(change.version(), answer, whole);
                tryAgain(Reported.isSettled(answer));
              });
    }
  }

  /** What a device did not do now it may do later, and a connection can last for months. */
  private void tryAgain(boolean settled) {
    tries = settled ? 0 : tries;
    if (settled || due) {
      return;
    }
    due = true;
    twin.later(
        FIRST_TRY + Math.min(tries++, MOST_TRIES),
        LONGEST_TRY,
        () -> {
          due = false;
          if (!reading) {
            read();
          }
        });
  }

  /** Without what is of the platform, and without what is wanted no more. */
  private static Map<String, Object> wanted(Map<String, Object> properties) {
    var wanted = new LinkedHashMap<String, Object>();
    properties.forEach(
        (name, value) -> {
          if (!name.startsWith("$")) {
            put(wanted, name, value);
          }
        });
    return wanted;
  }

  private static void put(Map<String, Object> into, String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      var inner = new LinkedHashMap<String, Object>();
      map.forEach((key, each) -> put(inner, String.valueOf(key), each));
      into.put(name, inner);
    } else if (value != null) {
      into.put(name, value);
    }
  }

  private static Map<String, Object> section(Map<String, Object> document, String name)
      throws DocumentException {
    if (document.get(name) instanceof Map<?, ?> found) {
      @SuppressWarnings("unchecked") // of Documents, whose names are texts
      var section = (Map<String, Object>) found;
      return section;
    }
    return Map.of();
  }

  private static long number(@Nullable Object found) {
    return found instanceof BigDecimal number ? number.longValue() : 0;
  }
}

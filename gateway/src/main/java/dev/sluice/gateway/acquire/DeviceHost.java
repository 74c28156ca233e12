package dev.sluice.gateway.acquire;

import dev.sluice.driver.DeviceContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a driver's device sees of us, and what it told. Used on the line's context; what was told
 * may be read from anywhere.
 */
final class DeviceHost implements DeviceContext {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceHost.class);

  /** Drivers tell few things; more than that is a bug of one. */
  private static final int MOST_NAMES = 32;

  private static final int MOST_CHARS = 1_000;

  private final String id;
  private final DeviceStates states;
  private final Runnable replan;
  private final Map<String, Long> events = new ConcurrentHashMap<>();
  private final Map<String, String> notes = new ConcurrentHashMap<>();
  private Buffer state;

  /**
   * The host of a device.
   *
   * @param state what its driver saved last
   * @param replan called when the driver wants to plan again
   */
  DeviceHost(String id, Buffer state, DeviceStates states, Runnable replan) {
    this.id = id;
    this.state = state;
    this.states = states;
    this.replan = replan;
  }

  @Override
  public void replan() {
    replan.run();
  }

  @Override
  public Buffer state() {
    return state;
  }

  @Override
  public Future<Void> saveState(Buffer fresh) {
    state = fresh.copy();
    return states.save(id, fresh);
  }

  @Override
  public void count(String event, long count) {
    if (events.size() < MOST_NAMES || events.containsKey(event)) {
      events.merge(event, count, Long::sum);
    }
  }

  @Override
  public void note(String subject, String text) {
    String told = text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "..." : text;
    @Nullable String before =
        told.isEmpty()
            ? notes.remove(subject)
            : notes.size() < MOST_NAMES || notes.containsKey(subject)
                ? notes.put(subject, told)
                : told;
    boolean changed = told.isEmpty() ? before != null : !told.equals(before);
    if (changed) {
      LOG.atWarn()
          .addKeyValue("device", id)
          .addKeyValue("subject", subject)
          .addKeyValue("detail", told.isEmpty() ? "over" : told)
          .log("device note");
    }
  }

  Map<String, Long> events() {
    return Collections.unmodifiableMap(events);
  }

  Map<String, String> notes() {
    return Collections.unmodifiableMap(notes);
  }
}

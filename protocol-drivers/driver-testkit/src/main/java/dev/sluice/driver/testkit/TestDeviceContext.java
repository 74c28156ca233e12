package dev.sluice.driver.testkit;

import dev.sluice.driver.DeviceContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.TreeMap;

/** What a host lends to a device, for tests: counts re-plannings and keeps the state in memory. */
public final class TestDeviceContext implements DeviceContext {

  private static final int MAX_STATE = 64 << 10;

  private final TestLineContext line;
  private volatile Buffer state;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, String> notes = new TreeMap<>();
  private int replans;
  private Runnable onReplan = () -> {};

  public TestDeviceContext(TestLineContext line) {
    this(line, Buffer.buffer());
  }

  /** With what was saved before a restart. */
  public TestDeviceContext(TestLineContext line, Buffer state) {
    this.line = line;
    this.state = state.copy();
  }

  @Override
  public void replan() {
    line.checkContext("replan()");
    Runnable handler;
    synchronized (this) {
      replans++;
      handler = onReplan;
    }
    handler.run();
  }

  /** Called at each {@link #replan}, on the thread of the caller. */
  public synchronized void onReplan(Runnable handler) {
    onReplan = handler;
  }

  @Override
  public Buffer state() {
    line.checkContext("state()");
    return state.copy();
  }

  @Override
  public Future<Void> saveState(Buffer bytes) {
    line.checkContext("saveState()");
    if (bytes.length() > MAX_STATE) {
      return Future.failedFuture("state of " + bytes.length() + " bytes, at most " + MAX_STATE);
    }
    state = bytes.copy();
    return Future.succeededFuture();
  }

  /** How often the device asked for a new plan. */
  public synchronized int replans() {
    return replans;
  }

  @Override
  public void count(String event, long count) {
    line.checkContext("count()");
    synchronized (this) {
      counts.merge(event, count, Long::sum);
    }
  }

  @Override
  public void note(String subject, String text) {
    line.checkContext("note()");
    synchronized (this) {
      if (text.isEmpty()) {
        notes.remove(subject);
      } else {
        notes.put(subject, text);
      }
    }
  }

  /** How often an event was counted. */
  public synchronized long counted(String event) {
    return counts.getOrDefault(event, 0L);
  }

  /** What is told to the owner now, by subject. */
  public synchronized Map<String, String> notes() {
    return Map.copyOf(notes);
  }

  /** What was saved last; from any thread. */
  public Buffer saved() {
    return state.copy();
  }
}

package dev.sluice.driver.testkit;

import dev.sluice.driver.LineContext;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a host lends to a line, for tests: a real event-loop context, client and clock; remembers
 * what the line told and what it did wrong. Thread-safe.
 */
public final class TestLineContext implements LineContext {

  private final Vertx vertx;
  private final Context context;
  private final NetClient client;
  private final TimeSource time;
  private final List<String> lost = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private Promise<String> nextLost = Promise.promise();
  private Runnable onLost = () -> {};
  private Runnable onAvailable = () -> {};

  private TestLineContext(Vertx vertx, Context context, TimeSource time) {
    this.vertx = vertx;
    this.context = context;
    this.client = vertx.createNetClient();
    this.time = time;
  }

  /** With a context of its own, as each line of the gateway has, and the machine's clocks. */
  public static Future<TestLineContext> create(Vertx vertx) {
    return create(vertx, new RealTime());
  }

  public static Future<TestLineContext> create(Vertx vertx, TimeSource time) {
    Promise<TestLineContext> made = Promise.promise();
    return vertx
        .deployVerticle(
            context -> {
              made.complete(new TestLineContext(vertx, context, time));
              return Future.succeededFuture();
            })
        .compose(id -> made.future());
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public NetClient netClient() {
    return client;
  }

  @Override
  public TimeSource time() {
    return time;
  }

  @Override
  public void lost(String reason) {
    checkContext("lost()");
    Promise<String> waiting;
    Runnable handler;
    synchronized (this) {
      if (reason.isBlank()) {
        violations.add("lost() without a reason");
      }
      lost.add(reason);
      waiting = nextLost;
      nextLost = Promise.promise();
      handler = onLost;
    }
    handler.run();
    waiting.complete(reason);
  }

  @Override
  public void count(String event, long count) {
    checkContext("count()");
    synchronized (this) {
      if (count <= 0 || !event.matches("[a-z][a-z0-9_]*")) {
        violations.add("count(" + event + ", " + count + ")");
      }
      counts.merge(event, count, Long::sum);
    }
  }

  @Override
  public void available() {
    checkContext("available()");
    Runnable handler;
    synchronized (this) {
      handler = onAvailable;
    }
    handler.run();
  }

  /** Called at each {@link #available}, on the thread of the caller. */
  public synchronized void onAvailable(Runnable handler) {
    onAvailable = handler;
  }

  /** Notes a violation if the caller does not run on the line's context. */
  public void checkContext(String what) {
    Context current = Vertx.currentContext();
    if (current != context) {
      synchronized (this) {
        violations.add(
            what + " not on the line's context but on " + Thread.currentThread().getName());
      }
    }
  }

  /** Called at each {@link #lost}, on the thread of the caller. */
  public synchronized void onLost(Runnable handler) {
    onLost = handler;
  }

  /** Completes at the next {@link #lost}, with the reason. */
  public synchronized Future<String> nextLost() {
    return nextLost.future();
  }

  /** The reasons of all calls of {@link #lost}, in order. */
  public synchronized List<String> lost() {
    return List.copyOf(lost);
  }

  /** How often an event was counted. */
  public synchronized long counted(String event) {
    return counts.getOrDefault(event, 0L);
  }

  /** Everything that was counted. */
  public synchronized Map<String, Long> counts() {
    return Map.copyOf(counts);
  }

  /** What the line did that it must not do; empty if it behaved. */
  public synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** Closes the client. */
  public Future<Void> close() {
    return client.close();
  }
}

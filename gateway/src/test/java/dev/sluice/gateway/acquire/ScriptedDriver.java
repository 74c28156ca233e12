package dev.sluice.gateway.acquire;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A driver whose devices behave as a test says. A device has one poll for all its points, but one
 * whose name ends with {@code -split} has one for each, named {@code device/point}.
 */
final class ScriptedDriver implements Driver {

  /** What a device does when it is asked; by default it answers with how often it was asked. */
  final Map<String, Supplier<Future<Values>>> behaviour = new ConcurrentHashMap<>();

  final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  final Map<String, DeviceContext> contexts = new ConcurrentHashMap<>();
  final Queue<String> closed = new ConcurrentLinkedQueue<>();
  final AtomicInteger connects = new AtomicInteger();
  volatile boolean reachable = true;
  volatile LineContext context;

  int asked(String device) {
    return asked.computeIfAbsent(device, id -> new AtomicInteger()).get();
  }

  static Supplier<Future<Values>> failing(PollFailure failure, Quality quality) {
    return () -> Future.failedFuture(new PollException(failure, quality, "as told"));
  }

  /** Drops the line as a driver must: first the polls in flight, then the notice. */
  void lose(String reason) {
    context.context().runOnContext(nothing -> context.lost(reason));
  }

  @Override
  public String type() {
    return "scripted";
  }

  @Override
  public DriverSchema schema() {
    return new DriverSchema(new JsonObject(), new JsonObject(), new JsonObject());
  }

  @Override
  public Line createLine(LineSettings settings, LineContext lineContext) {
    context = lineContext;
    return new Line() {
      @Override
      public Device addDevice(DeviceSettings device, DeviceContext deviceContext) {
        contexts.put(device.id(), deviceContext);
        return new ScriptedDevice(device);
      }

      @Override
      public Future<Void> connect() {
        connects.incrementAndGet();
        return reachable
            ? Future.succeededFuture()
            : Future.failedFuture(new IllegalStateException("connection refused"));
      }

      @Override
      public int concurrency() {
        return 1;
      }

      @Override
      public Future<Void> close() {
        return Future.succeededFuture();
      }
    };
  }

  private final class ScriptedDevice implements Device {

    private final DeviceSettings settings;

    ScriptedDevice(DeviceSettings settings) {
      this.settings = settings;
    }

    @Override
    public ValueType type(int point) {
      return ValueType.INT64;
    }

    @Override
    public List<Poll> plan(int[] points) {
      if (!settings.id().endsWith("-split")) {
        return List.of(new ScriptedPoll(points, settings.id()));
      }
      return Arrays.stream(points)
          .<Poll>mapToObj(point -> new ScriptedPoll(new int[] {point}, settings.id() + "/" + point))
          .toList();
    }

    @Override
    public Future<PollResult> run(Poll poll, PollRequest request) {
      int count = asked.computeIfAbsent(settings.id(), id -> new AtomicInteger()).incrementAndGet();
      if (!poll.describe().equals(settings.id())) {
        asked.computeIfAbsent(poll.describe(), id -> new AtomicInteger()).incrementAndGet();
      }
      long now = System.nanoTime();
      Supplier<Future<Values>> told = behaviour.get(poll.describe());
      Future<Values> values = told != null ? told.get() : answerLater(poll.points().length, count);
      return values.map(
          column -> new PollResult(column, new PollTiming(now, now, System.nanoTime(), 8, 9)));
    }

    private Future<Values> answerLater(int size, int count) {
      Promise<Values> answer = Promise.promise();
      var builder = new Values.Builder(size);
      for (int i = 0; i < size; i++) {
        builder.integer(i, count);
      }
      context.context().runOnContext(nothing -> answer.complete(builder.build()));
      return answer.future();
    }

    @Override
    public void close() {
      closed.add(settings.id());
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record ScriptedPoll(int[] points, String describe) implements Poll {
    @Override
    public long busNanos() {
      return 1;
    }
  }
}

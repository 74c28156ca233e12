package dev.sluice.gateway.acquire;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
import dev.sluice.driver.Write;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A bus that carries one transaction at a time and queues a second one, as a serial line does: a
 * silent unit takes it for the whole timeout, others for a few milliseconds.
 */
final class BusDriver implements Driver {

  /** How long a transaction takes, by device; 5 ms otherwise. */
  final Map<String, Integer> millis = new ConcurrentHashMap<>();

  final Set<String> dead = ConcurrentHashMap.newKeySet();
  final Map<String, AtomicInteger> answered = new ConcurrentHashMap<>();
  final Map<String, AtomicInteger> silent = new ConcurrentHashMap<>();

  /** Devices that say no to the second of several transactions of one write. */
  final Set<String> half = ConcurrentHashMap.newKeySet();

  /** What had the bus, in order: {@code class device}. */
  final Queue<String> order = new ConcurrentLinkedQueue<>();

  /** How many transactions found the bus idle: their polls had not been asked for in time. */
  final AtomicInteger pauses = new AtomicInteger();

  volatile boolean quiet = true;

  /** Of its one line. */
  volatile LineContext context;

  private record Turn(String device, PollClass pollClass, PollRequest how, Promise<Long> done) {}

  private record Read(int[] points, String describe) implements Poll, Write {
    @Override
    public long busNanos() {
      return 5_000_000;
    }
  }

  @Override
  public String type() {
    return "bus";
  }

  @Override
  public DriverSchema schema() {
    return new DriverSchema(new JsonObject(), new JsonObject(), new JsonObject());
  }

  @Override
  public Line createLine(LineSettings settings, LineContext lineContext) {
    context = lineContext;
    return new BusLine(lineContext);
  }

  private final class BusLine implements Line, Bus {
    private final LineContext context;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private boolean busy;

    /** One has just ended, and who hears of it may ask for the next. */
    private boolean ending;

    BusLine(LineContext context) {
      this.context = context;
    }

    @Override
    public String medium() {
      return "/dev/ttyTest";
    }

    @Override
    public String speed() {
      return "9600 8N1";
    }

    @Override
    public Device addDevice(DeviceSettings settings, DeviceContext device) {
      return new Unit(this, settings.id());
    }

    @Override
    public Future<Void> connect() {
      return Future.succeededFuture();
    }

    @Override
    public int concurrency() {
      return 2;
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }

    Future<Long> take(String device, PollClass pollClass, PollRequest how) {
      Promise<Long> done = Promise.promise();
      var turn = new Turn(device, pollClass, how, done);
      if (!busy && !ending) {
        pauses.incrementAndGet();
      }
      if (pollClass == PollClass.WRITE) {
        waiting.addFirst(turn);
      } else {
        waiting.addLast(turn);
      }
      next();
      return done.future();
    }

    private void next() {
      Turn turn = busy ? null : waiting.poll();
      if (turn == null) {
        return;
      }
      busy = true;
      order.add(turn.pollClass + " " + turn.device);
      boolean silence = dead.contains(turn.device);
      long nanos =
          silence ? turn.how.timeoutNanos() : millis.getOrDefault(turn.device, 5) * 1_000_000L;
      context
          .vertx()
          .setTimer(
              Math.max(1, nanos / 1_000_000),
              id -> {
                busy = false;
                ending = true;
                (silence ? silent : answered)
                    .computeIfAbsent(turn.device, d -> new AtomicInteger())
                    .incrementAndGet();
                if (silence) {
                  turn.done.fail(
                      new PollException(
                          PollFailure.TIMEOUT,
                          Quality.TIMEOUT,
                          "silent",
                          nanos,
                          quiet ? turn.how.timeoutNanos() : 0));
                } else {
                  turn.done.complete(nanos);
                }
                next();
                ending = false;
              });
    }
  }

  private final class Unit implements Device, Writable {
    private final BusLine line;
    private final String id;

    Unit(BusLine line, String id) {
      this.line = line;
      this.id = id;
    }

    @Override
    public ValueType type(int point) {
      return ValueType.INT64;
    }

    @Override
    public List<Poll> plan(int[] points) {
      return List.of(new Read(points, id));
    }

    @Override
    public Future<PollResult> run(Poll poll, PollRequest request) {
      return line.take(id, request.pollClass(), request)
          .map(
              nanos ->
                  new PollResult(new Values.Builder(poll.points().length).build(), timing(nanos)));
    }

    private static PollTiming timing(long nanos) {
      long now = System.nanoTime();
      return new PollTiming(now - nanos, now, now, 8, 9, nanos);
    }

    @Override
    public List<Write> planWrite(int[] points, Values values) {
      return IntStream.of(points).<Write>mapToObj(at -> new Read(new int[] {at}, id)).toList();
    }

    @Override
    public Future<PollTiming> write(Write write, PollRequest request) {
      if (half.contains(id) && write.points()[0] > 0) {
        return Future.failedFuture(
            new PollException(PollFailure.REJECTED, Quality.ILLEGAL_ADDRESS, "no such register"));
      }
      return line.take(id, request.pollClass(), request).map(Unit::timing);
    }

    @Override
    public void close() {}
  }
}

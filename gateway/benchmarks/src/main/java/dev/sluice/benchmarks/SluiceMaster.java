package dev.sluice.benchmarks;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Our driver as a master in a process of its own: so many connections on one event loop, each with
 * one read of 125 registers in flight, summed. Arguments: port, connections. Speaks {@link
 * MasterLoop}.
 */
final class SluiceMaster {

  private static final int REGISTERS = 125;
  private static final PollRequest REQUEST =
      new PollRequest(PollClass.POLL, TimeUnit.SECONDS.toNanos(5));

  private final Device device;
  private final Poll poll;
  private long sum;
  private long requests;
  private boolean running;

  private SluiceMaster(Device device) {
    this.device = device;
    List<Poll> polls = device.plan(IntStream.range(0, REGISTERS).toArray());
    if (polls.size() != 1) {
      throw new IllegalStateException(polls.size() + " reads for " + REGISTERS + " registers");
    }
    this.poll = polls.get(0);
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int connections = Integer.parseInt(arguments[1]);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2));
    Context context = vertx.getOrCreateContext();
    var host = new SharedHost(vertx, context, new Monotonic());
    Driver modbus =
        ServiceLoader.load(Driver.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(driver -> "modbus".equals(driver.type()))
            .findFirst()
            .orElseThrow();
    List<SluiceMaster> masters = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      String id = "line-" + i;
      masters.add(await(onContext(context, () -> open(modbus, host, id, port))));
    }
    MasterLoop.serve(
        millis -> {
          await(onContext(context, () -> start(masters)));
          TimeUnit.MILLISECONDS.sleep(millis);
          return await(onContext(context, () -> stop(masters)));
        });
    await(vertx.close());
    // So that no compiler may leave the summing out.
    System.err.println("sum " + masters.stream().mapToLong(master -> master.sum).sum());
  }

  private static Future<SluiceMaster> open(Driver modbus, SharedHost host, String id, int port) {
    var tcp = new JsonObject().put("host", "127.0.0.1").put("port", port);
    List<PointSettings> points = new ArrayList<>();
    for (int i = 0; i < REGISTERS; i++) {
      var point = new JsonObject().put("at", "holding " + i).put("type", "uint16");
      points.add(new PointSettings("p" + i, point));
    }
    try {
      var json = new JsonObject().put("driver", "modbus").put("tcp", tcp);
      Line line = modbus.createLine(new LineSettings(id, json), host);
      var settings = new DeviceSettings(id, new JsonObject().put("unit", 1), points);
      Device device = line.addDevice(settings, host);
      return line.connect().map(nothing -> new SluiceMaster(device));
    } catch (SettingsException e) {
      return Future.failedFuture(e);
    }
  }

  private static Future<Void> start(List<SluiceMaster> masters) {
    for (SluiceMaster master : masters) {
      master.requests = 0;
      master.running = true;
      master.next();
    }
    return Future.succeededFuture();
  }

  private static Future<Long> stop(List<SluiceMaster> masters) {
    long requests = 0;
    for (SluiceMaster master : masters) {
      master.running = false;
      requests += master.requests;
    }
    return Future.succeededFuture(requests);
  }

  private void next() {
    device.run(poll, REQUEST).onSuccess(this::add).onFailure(SluiceMaster::die);
  }

  private void add(PollResult result) {
    for (int i = 0; i < result.values().size(); i++) {
      sum += result.values().bits(i);
    }
    requests++;
    if (running) {
      next();
    }
  }

  private static void die(Throwable cause) {
    cause.printStackTrace();
    Runtime.getRuntime().halt(1);
  }

  private static <T> Future<T> onContext(Context context, Supplier<Future<T>> body) {
    return Future.future(promise -> context.runOnContext(v -> body.get().onComplete(promise)));
  }

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** The monotonic clock only: nothing here needs the other. */
  private static final class Monotonic implements TimeSource {

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public boolean trusted() {
      return false;
    }

    @Override
    public Instant instant() {
      throw new UnsupportedOperationException("no wall clock here");
    }
  }
}

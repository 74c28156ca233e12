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
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    var loop = OneLoop.start();
    Driver modbus = OneLoop.modbus();
    List<SluiceMaster> masters = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      String id = "line-" + i;
      masters.add(loop.call(() -> open(modbus, loop.host(), id, port)));
    }
    MasterLoop.serve(
        millis -> {
          loop.call(() -> start(masters));
          TimeUnit.MILLISECONDS.sleep(millis);
          return loop.call(() -> stop(masters));
        });
    loop.close();
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

  static void die(Throwable cause) {
    cause.printStackTrace();
    Runtime.getRuntime().halt(1);
  }
}

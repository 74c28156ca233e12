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
import org.jspecify.annotations.Nullable;

/**
 * Our driver as a master of a serial line in a process of its own, with as many reads in flight as
 * it takes, which is what the gateway does on a busy line. Argument: the port. Speaks {@link
 * MasterLoop}.
 */
final class SluiceSerialMaster {

  private static final PollRequest REQUEST =
      new PollRequest(PollClass.POLL, TimeUnit.SECONDS.toNanos(1));

  private final OneLoop loop = OneLoop.start();
  private final Driver modbus = OneLoop.modbus();
  private final String path;
  private @Nullable Reader reader;

  private SluiceSerialMaster(String path) {
    this.path = path;
  }

  public static void main(String[] arguments) throws Exception {
    var master = new SluiceSerialMaster(arguments[0]);
    master.loop.host().expectNoise();
    MasterLoop.serve(master::open, master::run);
    master.close();
    master.loop.close();
  }

  private void open(int baud) throws Exception {
    close();
    reader = loop.call(() -> connect(baud));
  }

  private void close() throws Exception {
    Reader before = reader;
    if (before != null) {
      loop.call(before.line::close);
    }
  }

  private long run(long millis) throws Exception {
    Reader current = reader;
    if (current == null) {
      throw new IllegalStateException("no port is open");
    }
    loop.call(current::start);
    TimeUnit.MILLISECONDS.sleep(millis);
    return loop.call(current::stop);
  }

  private Future<Reader> connect(int baud) {
    var port = new JsonObject().put("port", path).put("baud", baud).put("parity", "none");
    var json = new JsonObject().put("driver", "modbus").put("serial", port);
    List<PointSettings> points = new ArrayList<>();
    for (int i = 0; i < PacedLine.REGISTERS; i++) {
      var point = new JsonObject().put("at", "holding " + i).put("type", "uint16");
      points.add(new PointSettings("p" + i, point));
    }
    try {
      Line line = modbus.createLine(new LineSettings("bus", json), loop.host());
      var settings = new DeviceSettings("slave", new JsonObject().put("unit", 1), points);
      Device device = line.addDevice(settings, loop.host());
      return line.connect().map(nothing -> new Reader(line, device));
    } catch (SettingsException e) {
      return Future.failedFuture(e);
    }
  }

  /** Reads while it is told to; on the loop. */
  private static final class Reader {

    private final Line line;
    private final Device device;
    private final Poll poll;
    private long requests;
    private boolean running;

    Reader(Line line, Device device) {
      this.line = line;
      this.device = device;
      this.poll = device.plan(IntStream.range(0, PacedLine.REGISTERS).toArray()).get(0);
    }

    Future<Void> start() {
      requests = 0;
      running = true;
      for (int i = 0; i < line.concurrency(); i++) {
        next();
      }
      return Future.succeededFuture();
    }

    Future<Long> stop() {
      running = false;
      return Future.succeededFuture(requests);
    }

    private void next() {
      device.run(poll, REQUEST).onSuccess(this::check).onFailure(this::failed);
    }

    /** Told, and the read is repeated, as j2mod does it. */
    private void failed(Throwable cause) {
      System.err.println("sluice: " + cause.getMessage());
      if (running) {
        next();
      }
    }

    private void check(PollResult result) {
      for (int i = 0; i < PacedLine.REGISTERS; i++) {
        if (result.values().bits(i) != PacedLine.value(1, i)) {
          SluiceMaster.die(new IllegalStateException("register " + i + " is wrong"));
        }
      }
      requests++;
      if (running) {
        next();
      }
    }
  }
}

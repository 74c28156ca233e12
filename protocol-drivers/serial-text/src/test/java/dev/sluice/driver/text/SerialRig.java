package dev.sluice.driver.text;

import static dev.sluice.driver.testkit.LineUnderTest.await;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.testkit.LineUnderTest;
import dev.sluice.driver.testkit.Polled;
import dev.sluice.driver.testkit.TestDeviceContext;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** One device on a serial line; for the thread of a test. */
final class SerialRig implements AutoCloseable {

  static final Duration PATIENT = Duration.ofSeconds(15);

  final Vertx vertx = Vertx.vertx();
  final TestLineContext context = await(TestLineContext.create(vertx));
  final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
  final BlockingQueue<String> available = new LinkedBlockingQueue<>();

  /** What the device sent by itself: values as text, or why it was refused. */
  final BlockingQueue<String> pushed = new LinkedBlockingQueue<>();

  final TestDeviceContext counts = new TestDeviceContext(context);
  final LineUnderTest line;
  final Device device;
  private final DeviceSettings settings;

  SerialRig(Path port, JsonObject serial, DeviceSettings settings) {
    this(new JsonObject().put("serial", serial.copy().put("port", port.toString())), settings);
  }

  SerialRig(JsonObject json, DeviceSettings settings) {
    this.settings = settings;
    line = new LineUnderTest(context, new TextDriver(), new LineSettings("text-1", json));
    context.onAvailable(() -> available.add("available"));
    device = line.call(() -> Future.succeededFuture(line.line().addDevice(settings, counts)));
    if (device instanceof Subscribing sender) {
      line.call(
          () -> {
            sender.subscribe(new Recorder());
            return Future.succeededFuture();
          });
    }
  }

  /** A device with points whose keys stand in pairs: name, JSON of the point. */
  static DeviceSettings device(JsonObject json, String... points) {
    List<PointSettings> all =
        IntStream.range(0, points.length / 2)
            .mapToObj(i -> new PointSettings(points[2 * i], new JsonObject(points[2 * i + 1])))
            .toList();
    return new DeviceSettings("device-1", json, all);
  }

  void connect() {
    line.connect();
  }

  Poll poll() {
    int[] all = IntStream.range(0, settings.points().size()).toArray();
    return line.call(() -> Future.succeededFuture(device.plan(all).get(0)));
  }

  Polled run(Duration timeout) {
    return line.poll(device, poll(), timeout);
  }

  /** The values of a poll, as text. */
  String read() {
    return text(
        IntStream.range(0, settings.points().size()).toArray(),
        run(PATIENT).succeededResult().values());
  }

  /** Waits, a turn of the line's context at a time, until something holds that nothing tells. */
  void until(BooleanSupplier holds) {
    long limit = System.nanoTime() + PATIENT.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - limit > 0) {
        throw new AssertionError("it did not come to hold within " + PATIENT);
      }
      line.call(Future::succeededFuture);
    }
  }

  /** The next that the device sent by itself. */
  String next() {
    try {
      String next = pushed.poll(10, TimeUnit.SECONDS);
      return next == null ? "nothing" : next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String text(int[] points, Values values) {
    var text = new StringBuilder();
    for (int i = 0; i < points.length; i++) {
      text.append(i == 0 ? "" : " ").append(settings.points().get(points[i]).name()).append('=');
      ValueType type = device.type(points[i]);
      if (!values.isGood(i)) {
        text.append(values.quality(i).word());
      } else if (type == ValueType.STRING) {
        text.append(values.text(i));
      } else if (type.isFloat()) {
        text.append(values.number(i));
      } else if (type == ValueType.DECIMAL) {
        text.append(java.math.BigDecimal.valueOf(values.bits(i), values.scale(i)).toPlainString());
      } else {
        text.append(values.bits(i));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    line.close();
    await(vertx.close());
    line.checkBehaved();
  }

  private final class Recorder implements PushHandler {

    @Override
    public void pushed(int[] points, Values values, PollTiming timing) {
      context.checkContext("pushed()");
      pushed.add(text(points, values));
    }

    @Override
    public void refused(PollException failure) {
      context.checkContext("refused()");
      pushed.add("refused: " + failure.getMessage());
    }
  }
}

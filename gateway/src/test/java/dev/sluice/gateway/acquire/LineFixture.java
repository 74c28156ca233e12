package dev.sluice.gateway.acquire;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A line of a scripted driver, and all that it hands over. */
@ExtendWith(VertxExtension.class)
abstract class LineFixture {

  static final long PATIENCE_SECONDS = 10;

  final ScriptedDriver driver = new ScriptedDriver();
  final BlockingQueue<Acquired> received = new LinkedBlockingQueue<>();
  volatile Consumer<Message<Acquired>> batcher = message -> message.reply(null);
  Vertx vertx;
  LineVerticle line;

  @BeforeEach
  void start(Vertx injected) {
    vertx = injected;
    vertx.eventBus().registerCodec(new AcquiredCodec());
    vertx
        .eventBus()
        .<Acquired>localConsumer(
            Acquired.address(0),
            message -> {
              received.add(message.body());
              batcher.accept(message);
            });
  }

  void deploy(DeviceSpec... devices) throws Exception {
    deploy(AcquireOptions.DEFAULTS, devices);
  }

  void deploy(AcquireOptions options, DeviceSpec... devices) throws Exception {
    var time = new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null));
    var site =
        new AcquireContext(
            options,
            vertx.createNetClient(),
            new ConnectGate(time, 50),
            new DeviceStates(vertx, null),
            time,
            1);
    line =
        new LineVerticle(
            new LineSpec("scripted", new LineSettings("line", new JsonObject())),
            driver,
            List.of(devices),
            site);
    await(vertx.deployVerticle(line));
  }

  static DeviceSpec device(String id, long everyMillis) {
    return device(id, everyMillis, 1);
  }

  static DeviceSpec device(String id, long everyMillis, int points) {
    var settings = new ArrayList<PointSettings>();
    for (int i = 0; i < points; i++) {
      settings.add(new PointSettings("value" + i, new JsonObject()));
    }
    var spec = new PointSpec(Duration.ofMillis(everyMillis), "", PointRules.NONE);
    return new DeviceSpec(
        "line",
        new DeviceSettings(id, new JsonObject(), settings),
        Duration.ofMillis(500),
        1,
        Collections.nCopies(points, spec));
  }

  ReadingBlock nextBlock(String device) throws InterruptedException {
    return (ReadingBlock)
        next(event -> event instanceof ReadingBlock && event.device().id().equals(device));
  }

  Acquired next(Predicate<Acquired> wanted) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() - end < 0) {
      Acquired event = received.poll(100, TimeUnit.MILLISECONDS);
      if (event != null && wanted.test(event)) {
        return event;
      }
    }
    throw new AssertionError("nothing of the kind came within " + PATIENCE_SECONDS + " s");
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static boolean isState(Acquired event, boolean up) {
    return event instanceof DeviceState state && state.up() == up;
  }
}

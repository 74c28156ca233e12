package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Modbus slave whose every reply comes after its timeout, beside one that is prompt. */
@ExtendWith(VertxExtension.class)
@Tag("alone")
class LateSlaveTest {

  private static final int TIMEOUT_MILLIS = 150;
  private static final long TOO_LATE_NANOS = (2 * TIMEOUT_MILLIS - 50) * 1_000_000L;
  private static final int LATE_UNIT = 1;

  private final Pty pty = Pty.open();
  private final Thread slave = new Thread(this::serve, "slave");
  private final AtomicInteger good = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private volatile int delayMillis = TIMEOUT_MILLIS + 10;
  private Vertx vertx;
  private LineVerticle line;

  @BeforeEach
  void start(Vertx injected) throws Exception {
    vertx = injected;
    vertx.eventBus().registerCodec(new AcquiredCodec());
    vertx
        .eventBus()
        .<Acquired>localConsumer(
            Acquired.address(0),
            message -> {
              if (message.body() instanceof ReadingBlock block) {
                judge(block);
              }
              message.reply(null);
            });
    slave.setDaemon(true);
    slave.start();
    deploy();
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.undeploy(line.deploymentID()));
    slave.interrupt();
    slave.join();
    pty.close();
  }

  private static int value(int unit, int address) {
    return unit * 7919 + address * 31 + 1;
  }

  private void judge(ReadingBlock block) {
    int unit = block.device().id().equals("late") ? LATE_UNIT : 2;
    for (int i = 0; i < block.size(); i++) {
      if (block.values().isGood(i)) {
        int address = block.point(i) * 500;
        (block.values().bits(i) == value(unit, address) ? good : wrong).incrementAndGet();
      }
    }
  }

  /** Answers reads of one register, one after the other. */
  private void serve() {
    byte[] request = new byte[8];
    int have = 0;
    byte[] one = new byte[1];
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (pty.read(one, 20) > 0) {
          request[have++] = one[0];
        }
        if (have == request.length) {
          have = 0;
          long asked = System.nanoTime();
          if (request[0] == LATE_UNIT) {
            Thread.sleep(delayMillis);
          }
          // Beyond twice the timeout nobody can tell a late reply from one in time: a machine that
          // lets this thread wait so long must not make a wrong value of it.
          if (System.nanoTime() - asked > TOO_LATE_NANOS) {
            continue;
          }
          int value = value(request[0], (request[2] & 0xFF) << 8 | (request[3] & 0xFF));
          byte[] reply = {request[0], 3, 2, (byte) (value >> 8), (byte) value, 0, 0};
          int crc = crc(reply, 5);
          reply[5] = (byte) crc;
          reply[6] = (byte) (crc >> 8);
          pty.write(reply);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int crc(byte[] bytes, int length) {
    int crc = 0xFFFF;
    for (int i = 0; i < length; i++) {
      crc ^= bytes[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
      }
    }
    return crc;
  }

  private void deploy() throws Exception {
    AcquireOptions usual = AcquireOptions.DEFAULTS;
    var options =
        new AcquireOptions(
            usual.connectsPerSecond(),
            usual.reconnectFirst(),
            usual.reconnectMax(),
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            usual.permits(),
            usual.permitTimeout(),
            usual.writes(),
            null);
    var time = new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null));
    var site =
        new AcquireContext(
            options,
            vertx.createNetClient(),
            new ConnectGate(time, 50),
            new DeviceStates(vertx, null),
            time,
            1);
    Driver modbus =
        ServiceLoader.load(Driver.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(driver -> driver.type().equals("modbus"))
            .findFirst()
            .orElseThrow();
    var port = new JsonObject().put("port", pty.path().toString()).put("baud", 115_200);
    line =
        new LineVerticle(
            new LineSpec("bus-a", new LineSettings("bus-a", new JsonObject().put("serial", port))),
            modbus,
            List.of(device("late", LATE_UNIT), device("prompt", 2)),
            site);
    await(vertx.deployVerticle(line));
  }

  private static DeviceSpec device(String id, int unit) {
    var point = new PointSpec(Duration.ofMillis(50), "", PointRules.NONE);
    return new DeviceSpec(
        "bus-a",
        new DeviceSettings(
            id,
            new JsonObject().put("unit", unit),
            List.of(
                new PointSettings("a", new JsonObject().put("at", "holding 0")),
                new PointSettings("b", new JsonObject().put("at", "holding 500")))),
        Duration.ofMillis(TIMEOUT_MILLIS),
        1,
        List.of(point, point));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void until(BooleanSupplier what) throws Exception {
    Promise<Void> done = Promise.promise();
    vertx.setPeriodic(
        10,
        id -> {
          if (what.getAsBoolean()) {
            vertx.cancelTimer(id);
            done.complete();
          }
        });
    await(done.future());
  }

  private LineStats.DeviceStats stats(String device) {
    return line.stats().devices().stream()
        .filter(one -> one.id().equals(device))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itIsDownWithAHintItsValuesAreNeverTakenForOthersAndTheOtherGoesOn() throws Exception {
    until(() -> stats("late").notes().containsKey("timeout_too_short"));
    until(() -> stats("late").reason().equals("timeout")); // when its retry was in vain, too

    assertThat(stats("late").up()).isFalse();
    assertThat(stats("late").events()).containsKey("late_replies");
    assertThat(stats("late").notes().get("timeout_too_short"))
        .contains("its timeout is " + TIMEOUT_MILLIS + " ms; raise timeout to ");
    int before = good.get();
    until(() -> good.get() > before + 20);
    assertThat(stats("prompt").up()).isTrue();
    assertThat(wrong).hasValue(0);

    delayMillis = 1;
    until(() -> stats("late").up());
    until(() -> stats("late").notes().isEmpty()); // in time again, long enough
    assertThat(wrong).hasValue(0);
  }
}

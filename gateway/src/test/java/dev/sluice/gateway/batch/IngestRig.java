package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.DeviceDefinition;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A verticle that takes blocks over the bus, before an outbox that can be stuck. */
@Timeout(30)
abstract class IngestRig {

  static final DeviceDefinition A = Plant.device("a", ValueType.INT64, 100);

  // One block of A is beyond the 1 KiB that a record and a share may hold here.
  static final BatchOptions SMALL =
      new BatchOptions(Duration.ofMillis(20), 1024, 1024, Duration.ofMillis(60), 1);

  final Vertx vertx = Vertx.vertx();

  final Shelf shelf = new Shelf();

  final TimeSource time = new SystemTime(0);

  String deployment = "";

  @BeforeEach
  void codec() {
    vertx.eventBus().registerCodec(new ByReference());
  }

  @AfterEach
  void close() throws Exception {
    shelf.release();
    await(vertx.close());
  }

  static Acquired block(int i) {
    return Plant.block(A, i, Long.MAX_VALUE - i);
  }

  static String first(int i) {
    return "a@" + (Plant.T + i) + " p0[] int64 " + (Long.MAX_VALUE - i);
  }

  IngestVerticle deploy(int number, BatchOptions options) throws Exception {
    var verticle = new IngestVerticle(number, options, shelf, new CurrentValues(), time);
    deployment = await(vertx.deployVerticle(verticle));
    return verticle;
  }

  Future<Void> request(int number, Acquired body) {
    var options =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setCodecName("by-reference")
            .setSendTimeout(20_000);
    return vertx.eventBus().request(IngestVerticle.address(number), body, options).mapEmpty();
  }

  static String refusal(Future<Void> answer) throws Exception {
    try {
      await(answer);
      throw new AssertionError("admitted");
    } catch (ExecutionException e) {
      var reply = (ReplyException) e.getCause();
      assertThat(reply.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
      return reply.getMessage();
    }
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static void until(Condition condition) throws InterruptedException {
    while (!condition.holds()) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  interface Condition {
    boolean holds();
  }

  static final class SystemTime implements TimeSource {

    private final long origin;

    /** Begins with so many nanoseconds. */
    SystemTime(long first) {
      origin = System.nanoTime() - first;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime() - origin;
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(Plant.T);
    }
  }

  static final class ByReference implements MessageCodec<Acquired, Acquired> {

    @Override
    public void encodeToWire(Buffer buffer, Acquired acquired) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Acquired decodeFromWire(int pos, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Acquired transform(Acquired acquired) {
      return acquired;
    }

    @Override
    public String name() {
      return "by-reference";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}

package dev.sluice.benchmarks;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.SessionListener;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The session that our uplinks publish through. */
final class SluicePublisher implements Publisher, SessionListener {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final Context context = vertx.getOrCreateContext();
  private final Runnable acknowledged;
  private @Nullable MqttSession session;
  private Publication message = new Publication(TOPIC, Buffer.buffer(), false);

  private SluicePublisher(Runnable acknowledged) {
    this.acknowledged = acknowledged;
  }

  static Publisher open(int port, int window, Runnable acknowledged) throws IOException {
    var settings =
        new MqttSettings(
            "127.0.0.1", port, null, "sluice", null, null, LONG, LONG, LONG, window, 256 << 20);
    var publisher = new SluicePublisher(acknowledged);
    Promise<Void> connected = Promise.promise();
    publisher.context.runOnContext(
        nothing -> {
          var session = new MqttSession(publisher.vertx, settings, null, new Clock(), publisher);
          publisher.session = session;
          session.connect().onComplete(connected);
        });
    try {
      connected.future().toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
    return publisher;
  }

  @Override
  public void payload(byte[] bytes) {
    message = new Publication(TOPIC, Buffer.buffer(bytes), false);
  }

  @Override
  public void publish() {
    MqttSession open = session;
    if (open == null) {
      throw new IllegalStateException("BUG: not connected");
    }
    open.publish(message, 1);
  }

  @Override
  public void run(Runnable step) {
    context.runOnContext(nothing -> step.run());
  }

  @Override
  public void acknowledged(long token) {
    acknowledged.run();
  }

  @Override
  public void ended(LinkException why) {
    throw new IllegalStateException("the connection is gone", why);
  }

  @Override
  public void close() {
    var unused = vertx.close();
  }

  private static final class Clock implements TimeSource {

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.now();
    }
  }
}

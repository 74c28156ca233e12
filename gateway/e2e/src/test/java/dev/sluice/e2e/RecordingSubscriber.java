package dev.sluice.e2e;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * A consumer as a customer would write it: QoS 1, a session that the broker keeps, a new client for
 * every attempt. What it receives goes to its {@link Ledger}.
 */
final class RecordingSubscriber implements AutoCloseable {

  private static final int MAX_MESSAGE = 8 << 20;
  private static final long RETRY_MILLIS = 200;

  private final Vertx vertx = Vertx.vertx();
  private final Ledger ledger = new Ledger();
  private final int port;
  private final MqttClientOptions options;
  private volatile boolean subscribed;
  private volatile boolean closed;
  private volatile MqttClient client;
  private volatile BiConsumer<String, Map<String, Object>> eachRow = (device, values) -> {};

  /**
   * On its context: a connection that ends while it subscribes fails twice, and is made anew once.
   */
  private boolean waiting;

  private RecordingSubscriber(int port, MqttClientOptions options) {
    this.port = port;
    this.options = options;
    options.setClientId("e2e-consumer").setCleanSession(false).setMaxMessageSize(MAX_MESSAGE);
  }

  /** Connected to a broker on the loopback and subscribed to everything when it returns. */
  static RecordingSubscriber start(int port) {
    return start(new RecordingSubscriber(port, new MqttClientOptions()));
  }

  /** The same over TLS with the client's certificate. */
  static RecordingSubscriber start(int port, TestPki pki) {
    var options = new MqttClientOptions();
    options
        .setSsl(true)
        .setHostnameVerificationAlgorithm("HTTPS")
        .setTrustOptions(new PemTrustOptions().addCertPath(pki.certificate("ca").toString()))
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(pki.certificate("client").toString())
                .addKeyPath(pki.key("client").toString()));
    return start(new RecordingSubscriber(port, options));
  }

  private static RecordingSubscriber start(RecordingSubscriber subscriber) {
    subscriber.vertx.runOnContext(nothing -> subscriber.connect());
    Eventually.holds("subscribed", Duration.ofSeconds(10), () -> subscriber.subscribed);
    return subscriber;
  }

  Ledger ledger() {
    return ledger;
  }

  private void connect() {
    if (closed) {
      return;
    }
    MqttClient attempt = MqttClient.create(vertx, options);
    client = attempt;
    attempt.publishHandler(this::received);
    attempt.closeHandler(nothing -> later());
    attempt
        .connect(port, "localhost")
        .compose(connack -> attempt.subscribe("#", MqttQoS.AT_LEAST_ONCE.value()))
        .onComplete(
            result -> {
              subscribed = result.succeeded();
              if (result.failed()) {
                later();
              }
            });
  }

  private void later() {
    subscribed = false;
    if (!waiting) {
      waiting = true;
      vertx.setTimer(
          RETRY_MILLIS,
          id -> {
            waiting = false;
            connect();
          });
    }
  }

  /** Has every row of values looked at: its device, and the values by point. */
  void onRow(BiConsumer<String, Map<String, Object>> each) {
    eachRow = each;
  }

  private void received(MqttPublishMessage message) {
    Message parsed =
        Message.parse(message.topicName(), message.payload().getBytes(), System.nanoTime());
    ledger.add(parsed);
    if (parsed.isRecord()) {
      parsed.rows((device, time, values, qualities) -> eachRow.accept(device, values));
    }
  }

  @Override
  public void close() {
    closed = true;
    Future<Void> done = vertx.close();
    try {
      done.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("subscriber does not close", e);
    }
  }
}

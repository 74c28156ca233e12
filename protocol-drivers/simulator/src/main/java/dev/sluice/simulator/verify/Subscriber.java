package dev.sluice.simulator.verify;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what a broker has for a filter to a {@link Verifier}, at QoS 1 and in a persistent
 * session, so that the broker keeps what comes while the connection is down. Connects again by
 * itself.
 *
 * <p>Moquette now and then drops a connection whose SUBSCRIBE comes right after its CONNACK; that
 * too ends in another attempt.
 *
 * <p>One client object per attempt: a used one cannot be trusted. A message is acknowledged when
 * the verifier has it.
 */
public final class Subscriber extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
  private static final int MAX_MESSAGE = 1 << 20;
  private static final int KEEP_ALIVE_SECONDS = 10;

  /** MQTT 3.1.1, 3.9.3. */
  private static final int REFUSED = 0x80;

  private static final long ANSWER_MILLIS = 5_000;
  private static final long DISCONNECT_SECONDS = 2;
  private static final long STABLE_MILLIS = 10_000;

  private final long answerMillis;
  private final String host;
  private final int port;
  private final String filter;
  private final String clientId;
  private final Verifier verifier;
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final Promise<Void> subscribed = Promise.promise();
  private @Nullable MqttClient client;
  private boolean stopped;
  private volatile boolean connected;

  /**
   * A subscriber that is not connected yet.
   *
   * @param clientId names the session at the broker
   */
  public Subscriber(String host, int port, String filter, String clientId, Verifier verifier) {
    this(host, port, filter, clientId, verifier, ANSWER_MILLIS);
  }

  Subscriber(
      String host, int port, String filter, String clientId, Verifier verifier, long answerMillis) {
    this.answerMillis = answerMillis;
    this.host = host;
    this.port = port;
    this.filter = filter;
    this.clientId = clientId;
    this.verifier = verifier;
  }

  /** Begins to connect; does not wait for it. */
  @Override
  public Future<?> start() {
    attempt();
    return Future.succeededFuture();
  }

  /** Completes when the broker took the subscription for the first time. Any thread. */
  public Future<Void> subscribed() {
    return subscribed.future();
  }

  /** Whether it is subscribed now. Any thread. */
  public boolean connected() {
    return connected;
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return client == null ? Future.succeededFuture() : disconnect(client);
  }

  private void attempt() {
    if (stopped) {
      return;
    }
    var options =
        new MqttClientOptions()
            .setClientId(clientId)
            .setCleanSession(false)
            .setAutoAck(false)
            .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
            .setMaxMessageSize(MAX_MESSAGE);
    options.setConnectTimeout((int) answerMillis);
    MqttClient next = MqttClient.create(vertx, options);
    client = next;
    next.publishHandler(this::received);
    Future<Integer> answered =
        next.connect(port, host)
            .compose(
                ack -> {
                  next.closeHandler(v -> lost(next, "closed"));
                  Promise<Void> granted = Promise.promise();
                  next.subscribeCompletionHandler(suback -> answered(suback, granted));
                  return next.subscribe(filter, MqttQoS.AT_LEAST_ONCE.value())
                      .compose(id -> granted.future().map(id));
                });
    // The client itself would wait for 2.5 keep-alives.
    long deadline = vertx.setTimer(answerMillis, id -> lost(next, "no answer"));
    answered.onComplete(
        id -> {
          vertx.cancelTimer(deadline);
          up(next);
        },
        failure -> {
          vertx.cancelTimer(deadline);
          lost(next, String.valueOf(failure.getMessage()));
        });
  }

  private static void answered(MqttSubAckMessage suback, Promise<Void> granted) {
    if (suback.grantedQoSLevels().contains(REFUSED)) {
      granted.tryFail("the broker refuses the subscription");
    } else {
      granted.tryComplete();
    }
  }

  private void up(MqttClient which) {
    if (which != client || stopped) {
      return;
    }
    connected = true;
    subscribed.tryComplete();
    vertx.setTimer(
        STABLE_MILLIS,
        id -> {
          if (which == client) {
            backoff.reset();
          }
        });
  }

  // Close, failure and deadline all end here; only the first of an attempt counts.
  private void lost(MqttClient which, String reason) {
    if (which != client || stopped) {
      return;
    }
    client = null;
    connected = false;
    long wait = backoff.next();
    LOG.atWarn().addKeyValue("reason", reason).addKeyValue("wait_ms", wait).log("not subscribed");
    disconnect(which);
    vertx.setTimer(wait, id -> attempt());
  }

  // A client that is still connecting completes this only when it is done with that.
  private static Future<Void> disconnect(MqttClient which) {
    return which.disconnect().timeout(DISCONNECT_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }

  private void received(MqttPublishMessage message) {
    verifier.accept(message.topicName(), message.payload().getBytes());
    if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
      message.ack();
    }
  }
}

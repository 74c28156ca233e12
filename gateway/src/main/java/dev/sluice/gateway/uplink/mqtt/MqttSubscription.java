package dev.sluice.gateway.uplink.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to hear what comes on a topic filter, and the connection that comes of it; of no use
 * after its end. A message is acknowledged when the taker has returned. Everything happens on the
 * context on which it is made and connected; nothing blocks.
 */
public final class MqttSubscription {

  private static final int MAX_MESSAGE = 16 << 20;

  /** MQTT 3.1.1, 3.9.3. */
  private static final int REFUSED = 0x80;

  private final Vertx vertx;
  private final MqttSettings settings;
  private final String filter;
  private final BiConsumer<String, byte[]> taker;
  private final Consumer<LinkException> ended;
  private final Way way;
  private final MqttClient client;
  private final Promise<Boolean> subscribed = Promise.promise();
  private final Promise<Void> granted = Promise.promise();
  private @Nullable Throwable lastError;
  private long timer;
  private long ping = -1;
  private boolean over;
  private boolean up;

  /**
   * Prepares an attempt.
   *
   * @param filter what to hear; wildcards as in MQTT
   * @param keep whether the broker keeps messages while nobody with this client id is connected
   * @param taker of topic and payload
   * @param ended hears, once, of the end of a connection that had been established
   */
  public MqttSubscription(
      Vertx vertx,
      MqttSettings settings,
      String filter,
      boolean keep,
      BiConsumer<String, byte[]> taker,
      Consumer<LinkException> ended) {
    this.vertx = vertx;
    this.settings = settings;
    this.filter = filter;
    this.taker = taker;
    this.ended = ended;
    MqttClientOptions options = ClientOptions.of(settings, null);
    options.setCleanSession(!keep);
    options.setAutoAck(false);
    options.setMaxMessageSize(MAX_MESSAGE);
    this.way = new Way(vertx, settings, options, socket -> {});
    this.client = way.client();
  }

  /**
   * Connects and subscribes at QoS 1; once only.
   *
   * @return whether the broker had kept a session of this client id; fails with {@link
   *     LinkException} within the connect timeout
   */
  public Future<Boolean> connect() {
    client.publishHandler(this::received);
    client.exceptionHandler(error -> lastError = error);
    client.closeHandler(ignored -> end(lastError));
    client.subscribeCompletionHandler(this::answered);
    timer =
        vertx.setTimer(
            settings.connectTimeout().toMillis(),
            ignored ->
                end(
                    new LinkException(
                        LinkFailure.NO_ANSWER, "within " + settings.connectTimeout(), null)));
    way.connect()
        .compose(
            connack ->
                client
                    .subscribe(filter, MqttQoS.AT_LEAST_ONCE.value())
                    .compose(id -> granted.future())
                    .map(connack.isSessionPresent()))
        .onSuccess(this::up)
        .onFailure(error -> end(lastError == null ? error : lastError));
    return subscribed.future();
  }

  private void answered(MqttSubAckMessage suback) {
    if (suback.grantedQoSLevels().contains(REFUSED)) {
      granted.tryFail(
          new LinkException(LinkFailure.REFUSED_NOT_AUTHORIZED, "to subscribe to " + filter, null));
    } else {
      granted.tryComplete();
    }
  }

  private void up(boolean kept) {
    if (over) {
      return;
    }
    up = true;
    vertx.cancelTimer(timer);
    long every = Math.max(1, settings.keepAlive().toMillis() / 2);
    ping = vertx.setPeriodic(every, ignored -> client.ping());
    subscribed.complete(kept);
  }

  private void received(MqttPublishMessage message) {
    if (over) {
      return;
    }
    taker.accept(message.topicName(), message.payload().getBytes());
    if (message.qosLevel() != MqttQoS.AT_MOST_ONCE) {
      message.ack();
    }
  }

  private void end(@Nullable Throwable error) {
    if (over) {
      return;
    }
    over = true;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(ping);
    LinkException why = way.failure(error, up);
    disconnect();
    if (up) {
      ended.accept(why);
    } else {
      subscribed.fail(why);
    }
  }

  /** Says goodbye; the listener hears no more. Completes within a few seconds in any case. */
  public Future<Void> close() {
    over = true;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(ping);
    return disconnect();
  }

  private Future<Void> disconnect() {
    return way.close().timeout(2, TimeUnit.SECONDS).otherwiseEmpty();
  }
}

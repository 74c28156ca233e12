package dev.sluice.gateway.uplink.mqtt;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A short connection before the real one: to ask a service for something and leave, as provisioning
 * does. One question at a time; of the context on which it was opened.
 */
public final class Errand implements SessionListener {

  private record Question(Predicate<Incoming> isAnswer, Promise<Incoming> answer, long timer) {}

  private final Vertx vertx;
  private final MqttSession session;
  private final Duration ackTimeout;
  private @Nullable Promise<List<String>> subscribing;
  private @Nullable Question asked;
  private @Nullable LinkException over;

  private Errand(Vertx vertx, MqttSettings settings, TimeSource time) {
    this.vertx = vertx;
    this.ackTimeout = settings.ackTimeout();
    this.session = new MqttSession(vertx, settings, null, time, this);
  }

  /**
   * Connects, and subscribes at QoS 1.
   *
   * @param filters where answers come; empty for those that come without being asked for
   * @return fails with a {@link LinkException}, within the connect timeout and the one for
   *     acknowledgements
   */
  public static Future<Errand> open(
      Vertx vertx, MqttSettings settings, TimeSource time, List<String> filters) {
    var errand = new Errand(vertx, settings, time);
    return errand
        .session
        .connect()
        .compose(
            connected ->
                filters.isEmpty()
                    ? Future.succeededFuture(List.<String>of())
                    : errand.subscribe(filters))
        .compose(
            refused ->
                refused.isEmpty()
                    ? Future.succeededFuture(errand)
                    : Future.failedFuture(
                        new LinkException(
                            LinkFailure.SUBSCRIPTION_REFUSED, String.join(", ", refused), null)))
        .recover(error -> errand.close().transform(closed -> Future.failedFuture(error)));
  }

  /**
   * Asks, and waits for the first message that is an answer.
   *
   * @return fails with a {@link LinkException} when none came in time or the connection ended
   */
  public Future<Incoming> ask(Publication question, Predicate<Incoming> isAnswer, Duration within) {
    if (asked != null) {
      throw new IllegalStateException("BUG: two questions at once");
    }
    if (over != null) {
      return Future.failedFuture(over);
    }
    Promise<Incoming> answer = Promise.promise();
    long timer =
        vertx.setTimer(
            Math.max(1, within.toMillis()),
            ignored ->
                answer.tryFail(
                    new LinkException(
                        LinkFailure.NO_ANSWER,
                        "no answer to " + question.topic() + " within " + within,
                        null)));
    asked = new Question(isAnswer, answer, timer);
    session.publish(question, 1);
    return answer
        .future()
        .onComplete(
            ignored -> {
              vertx.cancelTimer(timer);
              asked = null;
            });
  }

  /** The session sees to it that an answer which is late is its end. */
  private Future<List<String>> subscribe(List<String> filters) {
    Promise<List<String>> granted = Promise.promise();
    subscribing = granted;
    session.subscribe(filters).onSuccess(granted::tryComplete).onFailure(granted::tryFail);
    return granted.future();
  }

  /** Says goodbye; completes in any case. */
  public Future<Void> close() {
    return session.close();
  }

  @Override
  public void acknowledged(long token) {
    // The answer is what counts.
  }

  @Override
  public void received(Incoming message) {
    Question open = asked;
    if (open != null && open.isAnswer().test(message)) {
      open.answer().tryComplete(message);
    }
  }

  private LinkException noSuback() {
    return new LinkException(LinkFailure.NO_ANSWER, "no SUBACK within " + ackTimeout, null);
  }

  @Override
  public void ended(LinkException why) {
    over = why;
    if (subscribing != null) {
      subscribing.tryFail(why.failure() == LinkFailure.ACK_TIMEOUT ? noSuback() : why);
    }
    Question open = asked;
    if (open != null) {
      open.answer().tryFail(why);
    }
  }
}

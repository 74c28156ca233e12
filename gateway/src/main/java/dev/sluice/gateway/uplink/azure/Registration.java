package dev.sluice.gateway.uplink.azure;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.mqtt.Errand;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One dialogue with the provisioning service: register, then ask how it stands until it is decided.
 * It says itself when it wants to be asked again; a little more than that is waited for.
 */
final class Registration {

  /** Where answers come. */
  static final String ANSWERS = "$dps/registrations/res/#";

  private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=";
  private static final String ASK = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** For the whole dialogue; the vendor's clients wait about as long. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Who is told to wait for longer leaves meanwhile. */
  private static final Duration LONGEST_STAY = Duration.ofMinutes(1);

  private static final int JITTER_MILLIS = 500;
  private static final int MOST_BUSY = 5;

  private final Vertx vertx;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Errand errand;
  private final String id;
  private final long until;
  private int questions;
  private int busy;
  private Duration rest = Duration.ZERO;

  Registration(
      Vertx vertx, TimeSource time, RandomGenerator random, Errand errand, String registrationId) {
    this.vertx = vertx;
    this.time = time;
    this.random = random;
    this.errand = errand;
    this.id = registrationId;
    this.until = time.nanoTime() + LIMIT.toNanos();
  }

  /** Fails with a {@link LinkException} that says why there is no place. */
  Future<Place> run() {
    Buffer body = Documents.write(Map.of("registrationId", id));
    return ask(REGISTER, "", body)
        .compose(
            answer -> {
              if (answer.isBusy()) {
                return again(answer, this::run);
              }
              return answer.status() == 202 && !answer.operation().isEmpty()
                  ? again(answer, () -> follow(answer.operation()))
                  : decided(answer);
            });
  }

  /** For how long the service does not want to be asked again. */
  Duration rest() {
    return rest;
  }

  private Future<Place> follow(String operation) {
    return ask(ASK, "&operationId=" + operation, Buffer.buffer())
        .compose(
            answer -> answer.isLater() ? again(answer, () -> follow(operation)) : decided(answer));
  }

  private Future<DpsAnswer> ask(String topic, String more, Buffer body) {
    String number = Integer.toString(++questions);
    var question = new Publication(topic + number + more, body, false);
    return errand
        .ask(question, message -> DpsAnswer.answers(message, number), PATIENCE)
        .map(DpsAnswer::of);
  }

  private Future<Place> again(DpsAnswer answer, Supplier<Future<Place>> next) {
    busy = answer.isBusy() ? busy + 1 : 0;
    Duration pause = answer.pause().multipliedBy(answer.isBusy() ? 1L << (busy - 1) : 1);
    boolean over = time.nanoTime() - until > 0;
    if (busy >= MOST_BUSY || over || pause.compareTo(LONGEST_STAY) > 0) {
      rest = pause;
      return refused(
          (over ? "not decided within " + LIMIT.toSeconds() + " s, " : "") + answer.problem());
    }
    Promise<Place> promise = Promise.promise();
    long millis = pause.toMillis() + 1 + random.nextInt(JITTER_MILLIS);
    vertx.setTimer(millis, ignored -> next.get().onComplete(promise));
    return promise.future();
  }

  private static Future<Place> decided(DpsAnswer answer) {
    Place place = answer.place();
    return place == null ? refused(answer.problem()) : Future.succeededFuture(place);
  }

  private static Future<Place> refused(String detail) {
    return Future.failedFuture(new LinkException(LinkFailure.NOT_PROVISIONED, detail, null));
  }
}

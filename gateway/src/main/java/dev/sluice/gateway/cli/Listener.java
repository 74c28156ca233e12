package dev.sluice.gateway.cli;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import dev.sluice.gateway.uplink.mqtt.MqttSubscription;
import dev.sluice.gateway.verify.Verifier;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Brings what a broker sends to a verifier, and connects again when the connection is lost. What
 * the broker did not keep meanwhile is not judged.
 */
final class Listener {

  private static final long FIRST_MILLIS = 250;
  private static final long MAX_MILLIS = 10_000;
  private static final int MOST_DOUBLINGS = 10;
  private static final long CLOSE_SECONDS = 5;

  private final Vertx vertx;
  private final MqttSettings settings;
  private final String filter;
  private final boolean keep;
  private final Verifier verifier;
  private final PrintWriter err;
  private final Promise<Void> first = Promise.promise();

  /** Event loop only. */
  private @Nullable MqttSubscription current;

  private int failures;
  private boolean closed;

  private Listener(
      Vertx vertx,
      MqttSettings settings,
      String filter,
      boolean keep,
      Verifier verifier,
      PrintWriter err) {
    this.vertx = vertx;
    this.settings = settings;
    this.filter = filter;
    this.keep = keep;
    this.verifier = verifier;
    this.err = err;
  }

  /**
   * Subscribed when it returns.
   *
   * @throws CommandException when the first attempt fails
   */
  static Listener start(
      MqttSettings settings, String filter, boolean keep, Verifier verifier, PrintWriter err)
      throws CommandException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    var listener = new Listener(vertx, settings, filter, keep, verifier, err);
    vertx.runOnContext(ignored -> listener.attempt());
    try {
      listener
          .first
          .future()
          .toCompletionStage()
          .toCompletableFuture()
          .get(2 * settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return listener;
    } catch (ExecutionException e) {
      listener.close();
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw CommandException.refused(settings + ": " + why.getMessage());
    } catch (TimeoutException | InterruptedException e) {
      listener.close();
      throw CommandException.refused(settings + ": the broker did not answer");
    }
  }

  private void attempt() {
    if (closed) {
      return;
    }
    var next = new MqttSubscription(vertx, settings, filter, keep, verifier::accept, this::lost);
    current = next;
    next.connect().onSuccess(this::up).onFailure(this::failed);
  }

  private void up(boolean kept) {
    if (first.tryComplete()) {
      return;
    }
    failures = 0;
    say("subscribed again" + (kept ? "" : "; what came meanwhile is not judged"));
    if (!kept) {
      verifier.rejoin();
    }
  }

  private void failed(Throwable why) {
    if (!first.tryFail(why)) {
      later(why);
    }
  }

  private void lost(LinkException why) {
    later(why);
  }

  private void later(Throwable why) {
    current = null;
    if (closed) {
      return;
    }
    if (failures == 0) {
      say("not subscribed: " + why.getMessage());
    }
    long bound = Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(failures, MOST_DOUBLINGS));
    failures++;
    vertx.setTimer(1 + ThreadLocalRandom.current().nextLong(bound), ignored -> attempt());
  }

  private void say(String words) {
    err.println("sluice: " + words);
    err.flush();
  }

  /** Says goodbye; nothing more reaches the verifier. */
  void close() {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        ignored -> {
          closed = true;
          Future<Void> end = current == null ? Future.succeededFuture() : current.close();
          end.onComplete(result -> done.complete());
        });
    try {
      done.future()
          .compose(ignored -> vertx.close())
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Cli.debug("the connection did not close", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

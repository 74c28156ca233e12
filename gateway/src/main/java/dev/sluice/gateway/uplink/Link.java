package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.credential.CredentialException;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the uplink connected: one attempt after the other, a pause with jitter between them, and an
 * orderly end.
 */
final class Link {

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /** A reason on this machine heals without the broker's help: no need to wait long for it. */
  private static final Duration LOCAL_PAUSE = Duration.ofSeconds(10);

  /**
   * Two clients with one id must not throw each other out for ever, second by second; and who is
   * refused, or of whom nothing is taken, must not knock without end.
   */
  private static final Duration TRUCE = Duration.ofSeconds(30);

  /** Who is refused so often in a row needs somebody's help, and asking more often gives none. */
  private static final int REFUSALS = 3;

  private final Vertx vertx;
  private final UplinkOptions options;
  private final Connector connector;
  private final Supplier<String> stream;
  private final Backoff backoff;
  private final UplinkCounters counters;
  private final Forwarder forwarder;
  private final CredentialFiles credentials;
  private final LinkParts parts;

  private @Nullable Attempt attempt;
  private int refusals;
  private long timer = -1;
  private boolean closing;

  Link(
      Vertx vertx,
      UplinkOptions options,
      Connector connector,
      Supplier<String> stream,
      TimeSource time,
      Backoff backoff,
      UplinkCounters counters,
      Forwarder forwarder,
      CredentialFiles credentials) {
    this.vertx = vertx;
    this.options = options;
    this.connector = connector;
    this.stream = stream;
    this.backoff = backoff;
    this.counters = counters;
    this.forwarder = forwarder;
    this.credentials = credentials;
    LinkOptions way = options.link();
    this.parts =
        new LinkParts(
            vertx,
            options,
            time,
            backoff,
            counters,
            forwarder,
            new Inbound(options.id(), options.flow().inbound(), counters.inbound, time),
            new Closes(way.clientId(), way.stableAfter()),
            new Deafness(),
            credentials,
            new ServerChoice(way.servers()),
            new LoopbackCheck(vertx, options, counters, forwarder::acknowledged));
    show();
  }

  private void show() {
    ServerChoice servers = parts.servers();
    counters.server = servers.index();
    counters.servers = servers.count();
    counters.address = servers.server().toString();
  }

  void open() {
    counters.state = UplinkStats.State.CONNECTING;
    counters.attempts.incrementAndGet();
    credentials
        .next()
        .compose(with -> begin(with).onSuccess(talk -> attempt(talk, with)))
        .onFailure(
            error -> {
              if (!closing) {
                retry(unprepared(error), false, false);
              }
            });
  }

  /** Within the connect timeout, in any case: who never answers is nobody to wait for. */
  private Future<Conversation> begin(Credentials with) {
    Promise<Conversation> begun = Promise.promise();
    long limit =
        vertx.setTimer(
            options.link().connectTimeout().toMillis(),
            ignored -> begun.tryFail("the connector was not ready in time"));
    Future.succeededFuture(stream.get())
        .compose(from -> connector.begin(from, with))
        .onSuccess(
            conversation -> {
              if (!begun.tryComplete(conversation)) {
                conversation.ended(); // too late
              }
            })
        .onFailure(begun::tryFail);
    return begun.future().onComplete(ignored -> vertx.cancelTimer(limit));
  }

  private static LinkException unprepared(Throwable error) {
    if (error instanceof LinkException known) {
      return known;
    }
    String why = String.valueOf(error.getMessage());
    LinkFailure failure =
        error instanceof CredentialException unusable
            ? unusable.isPassword() ? LinkFailure.PASSWORD_FILE : LinkFailure.TLS_FILES
            : LinkFailure.NOT_PREPARED;
    return new LinkException(failure, why, error);
  }

  private void attempt(Conversation conversation, Credentials with) {
    if (closing) {
      conversation.ended();
      return;
    }
    show();
    var next =
        new Attempt(
            parts,
            parts.loopback().watch(conversation),
            with,
            new Attempt.Ended() {
              @Override
              public void ended(LinkException why, boolean elsewhere, boolean otherwise) {
                attempt = null;
                retry(why, elsewhere, otherwise);
              }

              @Override
              public void renewed() {
                attempt = null;
                if (!closing) {
                  open();
                }
              }
            });
    attempt = next;
    next.connect();
  }

  /** Says goodbye if connected; completes within a few seconds in any case. */
  Future<Void> close() {
    closing = true;
    vertx.cancelTimer(timer);
    credentials.stop();
    forwarder.stop();
    Attempt current = attempt;
    Future<Void> end = current == null ? Future.succeededFuture() : current.farewell();
    return end.onComplete(
        ignored -> {
          counters.state = UplinkStats.State.STOPPED;
          parts.loopback().lost(LinkFailure.OTHER);
          forwarder.lost(LinkFailure.OTHER);
        });
  }

  /**
   * Tries again after a pause.
   *
   * @param elsewhere whether nobody was asked yet who will be asked next
   * @param otherwise whether the next one asks with other credentials
   */
  private void retry(LinkException why, boolean elsewhere, boolean otherwise) {
    LinkFailure failure = why.failure();
    boolean news = !failure.word().equals(counters.reason);
    counters.failed(failure, String.valueOf(why.getMessage()));
    counters.state = UplinkStats.State.WAITING;
    refusals = failure.isRefusal() ? refusals + 1 : 0;
    Duration pause = pause(failure, elsewhere || (otherwise && refusals < REFUSALS));
    (news ? LOG.atWarn() : LOG.atDebug())
        .addKeyValue("uplink", options.id())
        .addKeyValue("broker", counters.address)
        .addKeyValue("reason", failure.word())
        .addKeyValue("detail", why.getMessage())
        .addKeyValue("retryMillis", pause.toMillis())
        .log("uplink down");
    timer = vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> open());
  }

  private Duration pause(LinkFailure failure, boolean soon) {
    if (failure == LinkFailure.TAKEN_OVER || failure == LinkFailure.PUBLISH_REFUSED) {
      return backoff.atLeast(TRUCE);
    }
    if (soon) {
      return backoff.next(options.link().backoffFirst());
    }
    if (refusals >= REFUSALS) {
      return backoff.atLeast(TRUCE);
    }
    return failure.isLocal() ? backoff.next(LOCAL_PAUSE) : backoff.next();
  }
}

package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.credential.CredentialException;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.SessionListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** What goes beside the records has tokens below this one. */
  private static final long BESIDE = Resend.TOKEN;

  /** A reason on this machine heals without the broker's help: no need to wait long for it. */
  private static final Duration LOCAL_PAUSE = Duration.ofSeconds(10);

  private static final String DEAF =
      "receives nothing for now: what a broker had retained was too large, again and again";

  /** Two clients with one id must not throw each other out for ever, second by second. */
  private static final Duration TRUCE = Duration.ofSeconds(30);

  /** How long an orderly end waits for acknowledgements, and then for the socket. */
  private static final long FAREWELL_MILLIS = 2_000;

  private final Vertx vertx;
  private final UplinkOptions options;
  private final Connector connector;
  private final Supplier<String> stream;
  private final TimeSource time;
  private final Backoff backoff;
  private final UplinkCounters counters;
  private final Forwarder forwarder;
  private final Inbound inbound;
  private final Closes closes;
  private final Deafness deafness = new Deafness();
  private final CredentialFiles credentials;
  private final ServerChoice servers;
  private final LoopbackCheck loopback;

  private @Nullable Attempt attempt;
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
    this.time = time;
    this.backoff = backoff;
    this.counters = counters;
    this.forwarder = forwarder;
    this.inbound = new Inbound(options.id(), options.flow().inbound(), counters.inbound, time);
    this.closes = new Closes(options.link().clientId(), options.link().stableAfter());
    this.credentials = credentials;
    this.servers = new ServerChoice(options.link().servers());
    this.loopback = new LoopbackCheck(vertx, options, counters, forwarder::acknowledged);
    show();
  }

  private void show() {
    counters.server = servers.index();
    counters.servers = servers.count();
    counters.address = servers.server().toString();
  }

  void open() {
    counters.state = UplinkStats.State.CONNECTING;
    counters.attempts.incrementAndGet();
    credentials
        .next()
        .compose(with -> begin().onSuccess(talk -> attempt(talk, with)))
        .onFailure(
            error -> {
              if (!closing) {
                retry(unprepared(error), false);
              }
            });
  }

  /** Within the connect timeout, in any case: who never answers is nobody to wait for. */
  private Future<Conversation> begin() {
    Promise<Conversation> begun = Promise.promise();
    long limit =
        vertx.setTimer(
            options.link().connectTimeout().toMillis(),
            ignored -> begun.tryFail("the connector was not ready in time"));
    Future.succeededFuture(stream.get())
        .compose(connector::begin)
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
    var next = new Attempt(loopback.watch(conversation), with);
    attempt = next;
    next.session
        .connect()
        .onSuccess(ignored -> next.connected())
        .onFailure(
            error -> {
              if (error instanceof LinkException why) {
                next.failed(why);
              } else {
                throw new IllegalStateException("BUG: an attempt failed with", error);
              }
            });
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
          loopback.lost(LinkFailure.OTHER);
          forwarder.lost(LinkFailure.OTHER);
        });
  }

  /**
   * Tries again after a pause.
   *
   * @param soon whether nobody was asked yet who will be asked next
   */
  private void retry(LinkException why, boolean soon) {
    LinkFailure failure = why.failure();
    boolean news = !failure.word().equals(counters.reason);
    counters.failed(failure, String.valueOf(why.getMessage()));
    counters.state = UplinkStats.State.WAITING;
    Duration pause = pause(failure, soon);
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
    if (failure == LinkFailure.TAKEN_OVER) {
      return backoff.atLeast(TRUCE);
    }
    if (soon) {
      return backoff.next(options.link().backoffFirst());
    }
    return failure.isLocal() ? backoff.next(LOCAL_PAUSE) : backoff.next();
  }

  /** One attempt and what comes of it; what reaches a former one is nobody's business any more. */
  private final class Attempt implements SessionListener, Channel, LoopbackCheck.Flow {

    private final Conversation conversation;
    private final Credentials with;
    private final MqttSession session;
    private final Promise<Void> drained = Promise.promise();
    private final Map<Long, Promise<Void>> said = new HashMap<>();
    private long lastSaid = BESIDE;
    private boolean leaving;
    private boolean deaf;
    private boolean conversing = true;
    private long connectedNanos;
    private boolean ready;
    private boolean left;
    private long stableTimer = -1;
    private long strayAcks;

    Attempt(Conversation conversation, Credentials with) {
      this.conversation = conversation;
      this.with = with;
      this.session =
          new MqttSession(
              vertx,
              SessionSettings.of(options.link(), servers.server(), with),
              conversation.will(),
              time,
              this);
    }

    void connected() {
      if (closing) {
        return;
      }
      credentials.connected(with);
      counters.connects.incrementAndGet();
      counters.lastConnectMillis = time.millis();
      connectedNanos = time.nanoTime();
      long stable = Math.max(1, options.link().stableAfter().toMillis());
      stableTimer = vertx.setTimer(stable, ignored -> held());
      forwarder.begin(session, conversation);
      loopback.begin(session, this);
      List<String> filters = conversation.subscriptions();
      deaf = !filters.isEmpty() && deafness.isDeaf(connectedNanos);
      if (filters.isEmpty() || deaf) {
        conversation.open(this);
      } else {
        session.subscribe(filters).onSuccess(this::subscribed);
      }
    }

    private void held() {
      backoff.reset();
      servers.held();
    }

    private void subscribed(List<String> refused) {
      if (!session.isConnected() || closing) {
        return;
      }
      if (refused.isEmpty()) {
        conversation.open(this);
      } else {
        end(new LinkException(LinkFailure.SUBSCRIPTION_REFUSED, String.join(", ", refused), null));
      }
    }

    @Override
    public long nowMillis() {
      return time.millis();
    }

    @Override
    public Future<Void> publish(Publication message) {
      Promise<Void> arrived = Promise.promise();
      if (session.isConnected()) {
        said.put(--lastSaid, arrived);
        session.publish(message, lastSaid);
      }
      return arrived.future();
    }

    @Override
    public void ready() {
      if (closing || !session.isConnected()) {
        return;
      }
      ready = true;
      go(); // first: who sees us connected may rely on it
      if (counters.state != UplinkStats.State.CONNECTED) {
        counters.state = UplinkStats.State.CONNECTED;
        counters.reason = "";
        counters.detail = deaf ? DEAF : "";
        (deaf ? LOG.atWarn().addKeyValue("detail", DEAF) : LOG.atInfo())
            .addKeyValue("uplink", options.id())
            .addKeyValue("broker", counters.address)
            .log("uplink up");
      }
    }

    @Override
    public void hold(String why) {
      if (closing || !session.isConnected()) {
        return;
      }
      ready = false;
      forwarder.hold();
      counters.state = UplinkStats.State.HELD;
      counters.reason = ""; // a former failure is over
      counters.detail = why;
    }

    @Override
    public void hold() {
      forwarder.hold();
    }

    @Override
    public void go() {
      if (ready && !loopback.holds()) {
        forwarder.resume();
      }
    }

    @Override
    public int server() {
      return servers.index();
    }

    @Override
    public int servers() {
      return servers.count();
    }

    @Override
    public void end(LinkException why) {
      left = true;
      session.end(why);
    }

    @Override
    public void received(Incoming message) {
      if (!loopback.takes(message) && conversing) {
        inbound.received(message, conversation);
      }
    }

    @Override
    public void acknowledged(long token) {
      countStrayAcks();
      if (token < BESIDE) {
        Promise<Void> arrived = said.remove(token);
        if (arrived != null) {
          arrived.complete();
        }
      } else if (!loopback.withholds(token)) {
        forwarder.acknowledged(token);
      }
      drainedIfEmpty();
    }

    /** It never came to a connection. */
    void failed(LinkException why) {
      LinkFailure failure = why.failure();
      boolean former =
          failure.blamesCredentials(with.showsCertificate())
              && credentials.refused(with, failure.word());
      ended(why, former);
    }

    @Override
    public void ended(LinkException why) {
      ended(why, false);
    }

    private void ended(LinkException why, boolean soon) {
      countStrayAcks();
      vertx.cancelTimer(stableTimer);
      loopback.lost(why.failure());
      boolean stood = stableTimer >= 0;
      Ending ending = forwarder.lost(why.failure());
      if (conversing) {
        conversing = false;
        conversation.ended(why);
      }
      drained.tryComplete();
      attempt = null;
      if (!closing) {
        if (!stood) {
          closes.notAccepted();
        }
        retry(stood ? explained(why, ending) : why, servers.ended(left) || soon);
      }
    }

    private LinkException explained(LinkException why, Ending ending) {
      long now = time.nanoTime();
      deafness.ended(why.failure(), !deaf, now);
      return closes.explained(why, ending, counters.pace, now - connectedNanos, now);
    }

    private void over() {
      if (conversing) {
        conversing = false;
        conversation.ended();
      }
    }

    Future<Void> farewell() {
      vertx.cancelTimer(stableTimer);
      if (session.isConnected()) {
        leaving = true;
        conversation.farewell(time.millis()).forEach(this::publish);
        drainedIfEmpty();
      } else {
        drained.tryComplete();
      }
      long limit = vertx.setTimer(FAREWELL_MILLIS, ignored -> drained.tryComplete());
      return drained
          .future()
          .compose(
              ignored -> {
                vertx.cancelTimer(limit);
                return closed();
              });
    }

    /** A peer that reads no more makes a close wait; nobody waits for that. */
    private Future<Void> closed() {
      Promise<Void> done = Promise.promise();
      long limit = vertx.setTimer(FAREWELL_MILLIS, ignored -> done.tryComplete());
      session
          .close()
          .onComplete(
              ignored -> {
                vertx.cancelTimer(limit);
                over();
                done.tryComplete();
              });
      return done.future();
    }

    private void drainedIfEmpty() {
      if (leaving && session.inFlightMessages() == 0) {
        drained.tryComplete();
      }
    }

    private void countStrayAcks() {
      counters.strayAcks.addAndGet(session.strayAcks() - strayAcks);
      strayAcks = session.strayAcks();
    }
  }
}

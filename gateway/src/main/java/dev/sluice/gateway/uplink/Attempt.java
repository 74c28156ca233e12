package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Login;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt and what comes of it; what reaches a former one is nobody's business any more. */
final class Attempt implements SessionListener, Channel, LoopbackCheck.Flow {

  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  /** How long an orderly end waits for acknowledgements, and then for the socket. */
  private static final long FAREWELL_MILLIS = 2_000;

  private final LinkParts parts;
  private final Ended onEnd;
  private final Vertx vertx;
  private final TimeSource time;
  private final UplinkOptions options;
  private final UplinkCounters counters;
  private final Forwarder forwarder;
  private final LoopbackCheck loopback;
  private final Conversation conversation;
  private final Credentials with;
  private final @Nullable Login login;
  private final MqttSession session;
  private final Promise<Void> drained = Promise.promise();
  private final Beside beside = new Beside();
  private final Settling settling;
  private boolean closing;
  private boolean leaving;
  private boolean deaf;
  private boolean conversing = true;
  private long connectedNanos;
  private boolean ready;
  private boolean left;
  private long stableTimer = -1;
  private long deafTimer = -1;
  private long renewTimer = -1;
  private long strayAcks;

  /** Who hears of the end, unless it was wanted. */
  interface Ended {

    /**
     * Another attempt is due.
     *
     * @param elsewhere whether the next one asks somebody who was not asked yet
     * @param otherwise whether the next one asks with other credentials
     */
    void ended(LinkException why, boolean elsewhere, boolean otherwise);

    /** It ended in order, to be made anew at once. */
    void renewed();
  }

  Attempt(LinkParts parts, Conversation conversation, Credentials with, Ended onEnd) {
    this.parts = parts;
    this.onEnd = onEnd;
    this.vertx = parts.vertx();
    this.time = parts.time();
    this.options = parts.options();
    this.counters = parts.counters();
    this.forwarder = parts.forwarder();
    this.loopback = parts.loopback();
    this.conversation = conversation;
    this.with = with;
    this.login = conversation.login();
    this.settling = new Settling(vertx, conversation, loopback, forwarder);
    this.session =
        new MqttSession(
            vertx,
            SessionSettings.of(options.link(), parts.servers().server(), with, login),
            conversation.will(),
            time,
            this);
  }

  private void connected() {
    if (closing) {
      return;
    }
    parts.credentials().connected(with);
    counters.connects.incrementAndGet();
    counters.lastConnectMillis = time.millis();
    connectedNanos = time.nanoTime();
    long stable = Math.max(1, options.link().stableAfter().toMillis());
    stableTimer = vertx.setTimer(stable, ignored -> held());
    if (login != null && login.renewAfter() != null) {
      long due = Math.max(1, login.renewAfter().toMillis());
      renewTimer = vertx.setTimer(due, ignored -> renew());
    }
    forwarder.begin(session, conversation);
    loopback.begin(LoopbackCheck.Line.of(session), this);
    List<String> filters = conversation.subscriptions();
    deaf = !filters.isEmpty() && parts.deafness().isDeaf(connectedNanos);
    if (deaf) {
      listenLater(filters);
    }
    if (filters.isEmpty() || deaf) {
      conversation.open(this);
    } else {
      session.subscribe(filters).onSuccess(this::subscribed);
    }
  }

  /** What it logged in with expires: nothing new is sent, what is in flight arrives, then anew. */
  private void renew() {
    if (closing || !session.isConnected()) {
      return;
    }
    LOG.atInfo().addKeyValue("uplink", options.id()).log("uplink logs in anew, before it must");
    forwarder.hold();
    farewell()
        .onComplete(
            ignored -> {
              countStrayAcks();
              loopback.lost(LinkFailure.OTHER);
              forwarder.lost(LinkFailure.OTHER);
              counters.state = UplinkStats.State.CONNECTING;
              onEnd.renewed();
            });
  }

  /** In this connection: nothing else may end it for months. */
  private void listenLater(List<String> filters) {
    long left = parts.deafness().leftNanos(time.nanoTime());
    long millis = TimeUnit.NANOSECONDS.toMillis(left) + Deafness.LISTEN_MILLIS;
    deafTimer = vertx.setTimer(millis, ignored -> listen(filters));
  }

  private void listen(List<String> filters) {
    if (!session.isConnected() || closing) {
      return;
    }
    if (session.isAsking()) {
      listenLater(filters);
      return;
    }
    session.subscribe(filters).onSuccess(this::listening);
  }

  private void listening(List<String> refused) {
    if (!session.isConnected() || closing) {
      return;
    }
    deaf = false;
    if (counters.detail.equals(Deafness.WORDS)) {
      counters.detail = "";
    }
    if (!refused.isEmpty()) {
      refused(refused);
    }
  }

  private void refused(List<String> filters) {
    end(new LinkException(LinkFailure.SUBSCRIPTION_REFUSED, String.join(", ", filters), null));
  }

  private void held() {
    parts.backoff().reset();
    parts.servers().held();
  }

  private void subscribed(List<String> refused) {
    if (!session.isConnected() || closing) {
      return;
    }
    if (refused.isEmpty()) {
      conversation.open(this);
    } else {
      refused(refused);
    }
  }

  @Override
  public long nowMillis() {
    return time.millis();
  }

  @Override
  public Future<Void> publish(Publication message) {
    return beside.publish(message, session);
  }

  @Override
  public void withdraw(Future<Void> publication) {
    beside.withdraw(publication, session);
    drainedIfEmpty();
  }

  @Override
  public Future<List<String>> subscribe(List<String> filters) {
    return Beside.subscribe(filters, session);
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
      counters.detail = deaf ? Deafness.WORDS : "";
      (deaf ? LOG.atWarn().addKeyValue("detail", Deafness.WORDS) : LOG.atInfo())
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
    return parts.servers().index();
  }

  @Override
  public int servers() {
    return parts.servers().count();
  }

  @Override
  public void end(LinkException why) {
    left = true;
    session.end(why);
  }

  @Override
  public void received(Incoming message) {
    if (!loopback.takes(message) && conversing) {
      parts.inbound().received(message, conversation);
    }
  }

  @Override
  public void acknowledged(long token) {
    countStrayAcks();
    if (!beside.takes(token)) {
      settling.acknowledged(token);
    }
    drainedIfEmpty();
  }

  /** It never came to a connection. */
  private void failed(LinkException why) {
    LinkFailure failure = why.failure();
    boolean blamed = failure.blamesCredentials(with.showsCertificate());
    boolean former = blamed && parts.credentials().refused(with, failure.word());
    ended(why, former);
  }

  @Override
  public void ended(LinkException why) {
    ended(why, false);
  }

  private void ended(LinkException why, boolean otherwise) {
    countStrayAcks();
    vertx.cancelTimer(stableTimer);
    vertx.cancelTimer(deafTimer);
    vertx.cancelTimer(renewTimer);
    settling.stop();
    loopback.lost(why.failure());
    boolean stood = stableTimer >= 0;
    Ending ending = forwarder.lost(why.failure());
    if (conversing) {
      conversing = false;
      conversation.ended(why);
    }
    drained.tryComplete();
    if (!closing) {
      if (!stood) {
        parts.closes().notAccepted();
      }
      boolean elsewhere = parts.servers().ended(left);
      onEnd.ended(stood ? explained(why, ending) : why, elsewhere, otherwise);
    }
  }

  private LinkException explained(LinkException why, Ending ending) {
    long now = time.nanoTime();
    parts.deafness().ended(why.failure(), !deaf, now);
    return parts.closes().explained(why, ending, counters.pace, now - connectedNanos, now);
  }

  private void over() {
    if (conversing) {
      conversing = false;
      conversation.ended();
    }
  }

  /** Connects; who made it hears when that fails. */
  void connect() {
    session
        .connect()
        .onSuccess(ignored -> connected())
        .onFailure(
            error -> {
              if (error instanceof LinkException why) {
                failed(why);
              } else {
                throw new IllegalStateException("BUG: an attempt failed with", error);
              }
            });
  }

  /** Says goodbye if connected; the end is told to nobody. Completes within a few seconds. */
  Future<Void> farewell() {
    closing = true;
    vertx.cancelTimer(stableTimer);
    vertx.cancelTimer(deafTimer);
    vertx.cancelTimer(renewTimer);
    settling.stop();
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

package dev.sluice.gateway.uplink.credential;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of one uplink, as its files say and as they proved good. Used on the context of
 * the uplink; {@link #stats()} from anywhere. Nothing blocks.
 */
public final class CredentialFiles {

  private static final Logger LOG = LoggerFactory.getLogger(CredentialFiles.class);

  /** A disk that hangs must not keep an uplink from connecting with what it knows. */
  private static final long READ_MILLIS = 5_000;

  private final Vertx vertx;
  private final String uplink;
  private final CredentialOptions options;
  private final TimeSource time;
  private final @Nullable TlsReader tls;
  private final FileAlarm alarm;
  private final ExpiryWatch expiry;
  private final Turns turns = new Turns();

  private Reading last = Reading.NOTHING;
  private @Nullable Future<Reading> reading;
  private long timer = -1;
  private volatile boolean rejected;
  private volatile long reloads;
  private volatile long rollbacks;

  public CredentialFiles(Vertx vertx, String uplink, CredentialOptions options, TimeSource time) {
    this.vertx = vertx;
    this.uplink = uplink;
    this.options = options;
    this.time = time;
    this.tls = options.tls() == null ? null : new TlsReader(vertx, options.tls());
    this.alarm = new FileAlarm(uplink);
    this.expiry = new ExpiryWatch(uplink, time);
  }

  /** Looks at the files from time to time, so that trouble is told before it is needed. */
  public void start() {
    if (options.onDisk()) {
      timer = vertx.setPeriodic(options.checkEvery().toMillis(), ignored -> look());
    }
  }

  public void stop() {
    vertx.cancelTimer(timer);
  }

  /**
   * For the next attempt; the files are looked at before.
   *
   * @return fails with {@link CredentialException} when nothing usable was ever found; completes
   *     within seconds also when the disk hangs
   */
  public Future<Credentials> next() {
    if (!options.onDisk()) {
      return Future.succeededFuture(new Credentials(null, new Shown(null, options.password())));
    }
    Promise<Credentials> next = Promise.promise();
    long limit = vertx.setTimer(READ_MILLIS, ignored -> give(next));
    look()
        .onComplete(
            ignored -> {
              vertx.cancelTimer(limit);
              give(next);
            });
    return next.future();
  }

  private void give(Promise<Credentials> to) {
    Shown shown = turns.next();
    if (shown == null) {
      CredentialException why = last.problem();
      to.tryFail(
          why != null
              ? why
              : new CredentialException("not read within " + READ_MILLIS + " ms", false, null));
      return;
    }
    to.tryComplete(new Credentials(material(last.authorities(), shown.identity()), shown));
  }

  private @Nullable TlsMaterial material(
      @Nullable Authorities authorities, @Nullable Identity identity) {
    return authorities == null
        ? null
        : new TlsMaterial(
            TrustOptions.wrap(new PeerTrust(authorities.trust(), time, this::shownBy)),
            identity == null ? null : KeyCertOptions.wrap(identity.keys()));
  }

  private void shownBy(X509Certificate broker) {
    expiry.is(ExpiryWatch.Whose.BROKER, broker);
  }

  /** They connected: should others come, these are what to go back to. */
  public void connected(Credentials with) {
    turns.connected(with.shown());
    rejected = turns.newestRefused();
    expiry.tell();
  }

  /**
   * The broker does not want them.
   *
   * @param reason word of the failure
   * @return whether the next attempt is made with those that connected before
   */
  public boolean refused(Credentials with, String reason) {
    boolean former = turns.refused(with.shown());
    rejected = turns.newestRefused();
    if (former) {
      rollbacks++;
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("reason", reason)
          .addKeyValue("hint", "are the changed files what the broker expects?")
          .log("new password or certificate refused, the former is tried");
    }
    return former;
  }

  /** One look at a time: a disk that hangs is asked once. */
  private Future<Reading> look() {
    Future<Reading> underWay = reading;
    if (underWay != null) {
      return underWay;
    }
    Reading former = last;
    // Whoever waits for it comes after this, also who asks when the worker is done already.
    Future<Reading> started =
        vertx
            .executeBlocking(() -> former.again(options, tls), false)
            .andThen(
                done -> {
                  reading = null;
                  if (done.succeeded()) {
                    take(done.result());
                  } else {
                    LOG.atError().setCause(done.cause()).log("BUG: credentials not read");
                  }
                });
    reading = started.isComplete() ? null : started;
    return started;
  }

  private void take(Reading now) {
    boolean first = !last.complete(options);
    boolean news = !now.same(last);
    last = now;
    alarm.is(now.problem());
    if (now.complete(options)) {
      turns.found(now.shown());
      rejected = turns.newestRefused();
      if (!first && news) {
        reloads++;
        LOG.atInfo()
            .addKeyValue("uplink", uplink)
            .log("credentials changed on disk, the next connection uses them");
      }
    }
    Authorities authorities = now.authorities();
    Identity identity = now.identity();
    expiry.is(
        ExpiryWatch.Whose.CA,
        authorities == null ? null : ExpiryWatch.first(authorities.certificates()));
    expiry.is(ExpiryWatch.Whose.CLIENT, identity == null ? null : identity.certificate());
    expiry.tell();
  }

  /** A snapshot; from any thread. */
  public CredentialStats stats() {
    return new CredentialStats(
        alarm.problem(), rejected, reloads, alarm.failures(), rollbacks, expiry.snapshot());
  }
}

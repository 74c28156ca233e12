package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.dead.DeadLetter;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One upstream destination. Deploying it needs no broker: it connects when there is one, and again
 * whenever it lost it.
 */
public final class UplinkVerticle extends VerticleBase {

  private static final Duration DISK_RETRY = Duration.ofMillis(100);
  private static final Duration DISK_RETRY_MAX = Duration.ofSeconds(10);

  private final UplinkOptions options;
  private final OutboxCursor cursor;
  private final Supplier<String> stream;
  private final SetAside.Appender appender;
  private final @Nullable DeadLetters letters;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Connector connector;
  private final UplinkCounters counters = new UplinkCounters();
  private final Complaints complaints;
  private volatile @Nullable CredentialFiles credentials;
  private @Nullable Link link;
  private @Nullable Resend resend;

  /**
   * Prepares an uplink; may block for the moment in which compression is loaded.
   *
   * @param cursor of this uplink
   * @param outbox that of the cursor; there a record set aside is announced
   */
  public UplinkVerticle(
      UplinkOptions options, OutboxCursor cursor, Outbox outbox, UplinkSite site) {
    // Seeded from outside the clock: gateways that boot together must not draw the same numbers.
    this(
        options,
        cursor,
        outbox::stream,
        outbox::append,
        site.letters(),
        site.connectors(),
        site.time(),
        new SplittableRandom(new SecureRandom().nextLong()));
  }

  UplinkVerticle(
      UplinkOptions options,
      OutboxCursor cursor,
      Supplier<String> stream,
      SetAside.Appender appender,
      @Nullable DeadLetters letters,
      ConnectorSite connectors,
      TimeSource time,
      RandomGenerator random) {
    this.options = options;
    this.complaints = new Complaints(options.id());
    this.cursor = cursor;
    this.stream = stream;
    this.appender = appender;
    this.letters = letters;
    this.time = time;
    this.random = random;
    this.connector =
        Connectors.of(
            options.connector(),
            options.gateway(),
            options.id(),
            options.link().maxMessageBytes(),
            connectors.complaining(complaints));
  }

  /** Completes at once; the first attempt is under way then. */
  @Override
  public Future<?> start() {
    var forwarder =
        new Forwarder(
            vertx,
            options,
            cursor,
            appender,
            this::keep,
            time,
            counters,
            diskBackoff(),
            diskBackoff());
    var letterSender =
        new Resend(vertx, options.id(), letters, options.refusals(), forwarder::wake);
    resend = letterSender;
    forwarder.alsoSends(letterSender);
    var files = new CredentialFiles(vertx, options.id(), options.link().credentials(), time);
    credentials = files;
    var opened =
        new Link(
            vertx,
            options,
            connector,
            stream,
            time,
            new Backoff(options.link().backoffFirst(), options.link().backoffMax(), random),
            counters,
            forwarder,
            files);
    link = opened;
    forwarder.start();
    letterSender.start();
    files.start();
    opened.open();
    return Future.succeededFuture();
  }

  /** Waits a few seconds at most for what is in flight, says goodbye and disconnects. */
  @Override
  public Future<?> stop() {
    if (resend != null) {
      resend.stop();
    }
    Future<Void> closed = link == null ? Future.succeededFuture() : link.close();
    return closed.andThen(ignored -> connector.close());
  }

  private Future<Void> keep(OutboxRecord record, String why) {
    if (letters == null) {
      return Future.succeededFuture();
    }
    return letters.keep(
        new DeadLetter(
            options.id(),
            stream.get(),
            record.seq(),
            record.kind().code(),
            record.readings(),
            time.trusted() ? time.millis() : 0,
            why,
            record.payload()));
  }

  /** A snapshot; from any thread. */
  public UplinkStats stats() {
    CredentialFiles files = credentials;
    UplinkFlow flow = counters.flow(cursor);
    return counters.snapshot(
        options.id(),
        flow.liveBacklog() + flow.historyBacklog(),
        flow,
        complaints.counts(),
        files == null ? CredentialStats.NONE : files.stats(),
        time.millis());
  }

  private Backoff diskBackoff() {
    return new Backoff(DISK_RETRY, DISK_RETRY_MAX, random);
  }
}

package dev.sluice.gateway.uplink.azure;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.Errand;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place that the Device Provisioning Service gives. It is asked once, and what it said is kept
 * on disk; again when the hub refuses the device or is gone, or nothing came of ten attempts. When
 * that does not help, the trouble is elsewhere: then it is asked again after a minute, and each
 * time after twice as long, and the hub is tried in between. A service that says no is left alone,
 * too, each time for longer, and for as long as it says itself.
 */
final class ProvisionedPlaces implements Places {

  private static final Logger LOG = LoggerFactory.getLogger(ProvisionedPlaces.class);

  private static final String API_VERSION = "2019-03-31";
  private static final Duration TOKEN_LIFE = Duration.ofHours(1);

  /** Less than an uplink gives its connector; a dialogue that takes longer goes on behind it. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final long DISK_MILLIS = 2_000;
  private static final int FAILURES = 10;
  private static final long FIRST_REST = TimeUnit.MINUTES.toNanos(1);
  private static final long LONGEST_REST = TimeUnit.HOURS.toNanos(1);

  private final AzureOptions options;
  private final AzureOptions.Provisioning service;
  private final String uplink;
  private final TimeSource time;
  private final Complaints complaints;
  private final RandomGenerator random;
  private final @Nullable PlaceFile file;
  private @Nullable Place known;
  private @Nullable Future<Place> underWay;
  private boolean looked;
  private boolean doubted;
  private long askedAt;

  /** For how long it is not asked again, while there is a place. */
  private long rest;

  private int failures;

  /** By the service. */
  private final Refused refused;

  /** For how long the service wants to be left alone. */
  private Duration wanted = Duration.ZERO;

  /** The end of a dialogue for which nobody waited any more. */
  private @Nullable Throwable untold;

  ProvisionedPlaces(
      AzureOptions options,
      AzureOptions.Provisioning service,
      String uplink,
      TimeSource time,
      Complaints complaints,
      RandomGenerator random,
      @Nullable PlaceFile file) {
    this.options = options;
    this.service = service;
    this.uplink = uplink;
    this.time = time;
    this.complaints = complaints;
    this.random = random;
    this.refused = new Refused(random);
    this.file = file;
  }

  @Override
  public Future<Place> next(Credentials with, @Nullable DeviceKey key) {
    Context context = Vertx.currentContext();
    return stored(context)
        .compose(
            place -> {
              long now = time.nanoTime();
              LinkException refusal = refused.now(key, now);
              boolean rests = now - askedAt < rest || refusal != null;
              if (place != null && (!doubted || rests)) {
                return Future.succeededFuture(place);
              }
              return refusal == null
                  ? within(registered(context, with, key), key)
                  : Future.failedFuture(refusal);
            });
  }

  private Future<@Nullable Place> stored(Context context) {
    PlaceFile from = file;
    if (looked || from == null) {
      return Future.succeededFuture(known);
    }
    looked = true;
    return context
        .executeBlocking(from::load, false)
        .timeout(DISK_MILLIS, TimeUnit.MILLISECONDS)
        .recover(
            error -> {
              tell("the place at the hub is not known from before", error);
              return Future.succeededFuture(null);
            })
        .onSuccess(place -> known = known == null ? place : known);
  }

  /** One dialogue at a time; who comes meanwhile gets its result. */
  private Future<Place> registered(Context context, Credentials with, @Nullable DeviceKey key) {
    Future<Place> running = underWay;
    if (running != null) {
      return running;
    }
    Throwable former = untold;
    if (former != null) {
      untold = null;
      return Future.failedFuture(former);
    }
    askedAt = time.nanoTime();
    if (doubted) {
      rest = Math.min(LONGEST_REST, Math.max(FIRST_REST, 2 * rest));
    }
    Future<Place> started =
        dialogue(context.owner(), with, key)
            .compose(place -> given(context, place))
            .onComplete(ignored -> underWay = null);
    underWay = started.isComplete() ? null : started;
    return started;
  }

  private Future<Place> within(Future<Place> dialogue, @Nullable DeviceKey key) {
    Promise<Place> first = Promise.promise();
    dialogue
        .onSuccess(first::tryComplete)
        .onFailure(
            error -> {
              boolean told = first.tryFail(error) || refused.now(key, time.nanoTime()) != null;
              untold = told ? null : error;
            });
    Vertx vertx = Vertx.currentContext().owner();
    long timer =
        vertx.setTimer(
            PATIENCE.toMillis(),
            ignored ->
                first.tryFail(
                    new LinkException(
                        LinkFailure.NOT_PREPARED,
                        "the provisioning service has not decided yet",
                        null)));
    return first.future().onComplete(ignored -> vertx.cancelTimer(timer));
  }

  private Future<Place> dialogue(Vertx vertx, Credentials with, @Nullable DeviceKey key) {
    wanted = Duration.ZERO;
    return Errand.open(vertx, settings(with, key), time, List.of(Registration.ANSWERS))
        .compose(
            errand -> {
              var registration = new Registration(vertx, time, random, errand, options.device());
              return registration
                  .run()
                  .onComplete(ignored -> errand.close())
                  .onFailure(error -> wanted = registration.rest());
            })
        .recover(error -> Future.failedFuture(named(error)))
        .onFailure(
            error -> {
              if (error instanceof LinkException why && why.failure().isRefusal()) {
                refused.add(why, key, wanted, time.nanoTime());
                String said = String.valueOf(why.getMessage());
                complaints.add("provisioning_refused", options.device(), said);
              }
            });
  }

  /** That it was not the hub. */
  private Throwable named(Throwable error) {
    if (!(error instanceof LinkException why) || why.failure() == LinkFailure.NOT_PROVISIONED) {
      return error;
    }
    String who = "asked was the provisioning service " + options.url().getHost();
    return new LinkException(why.failure(), who, why);
  }

  private MqttSettings settings(Credentials with, @Nullable DeviceKey key) {
    String id = options.device();
    String resource = service.idScope() + "/registrations/" + id;
    long expiry = TimeUnit.MILLISECONDS.toSeconds(time.millis()) + TOKEN_LIFE.toSeconds();
    String token = key == null ? null : SasToken.of(resource, key, expiry, "registration");
    URI url = HubLogin.server(options.url(), options.url().getHost(), key == null);
    boolean webSocket = url.getScheme().startsWith("ws");
    int usual = webSocket ? 443 : 8883;
    String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    return new MqttSettings(
            url.getHost(),
            url.getPort() > 0 ? url.getPort() : usual,
            with.tls(),
            id,
            resource + "/api-version=" + API_VERSION,
            token,
            Duration.ofSeconds(30),
            PATIENCE,
            PATIENCE,
            8,
            256 << 10)
        .by(webSocket ? path : null, options.proxy());
  }

  /** A disk that hangs or fails is told, and waited for no longer. */
  private Future<Place> given(Context context, Place place) {
    LOG.atInfo()
        .addKeyValue("uplink", uplink)
        .addKeyValue("hub", place.hub())
        .addKeyValue("device", place.device())
        .log("the provisioning service says where this gateway belongs");
    boolean news = !place.equals(known);
    known = place;
    refused.over();
    failures = 0;
    doubted = false;
    PlaceFile to = file;
    if (!news || to == null) {
      return Future.succeededFuture(place);
    }
    return context
        .executeBlocking(
            () -> {
              to.store(place);
              return place;
            },
            false)
        .timeout(DISK_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(error -> tell("the place at the hub is not kept", error))
        .otherwise(place);
  }

  private void tell(String what, Throwable error) {
    LOG.atWarn()
        .addKeyValue("uplink", uplink)
        .addKeyValue("reason", error.toString())
        .log(what + "; the provisioning service is asked after a restart");
  }

  @Override
  public void connected() {
    rest = 0;
    failures = 0;
    doubted = false;
  }

  @Override
  public void failed(LinkFailure why) {
    failures++;
    switch (why) {
      case REFUSED_CREDENTIALS, REFUSED_NOT_AUTHORIZED, REFUSED_CLIENT_ID, NAME_NOT_FOUND ->
          doubted = true;
      default -> doubted |= failures >= FAILURES;
    }
  }
}

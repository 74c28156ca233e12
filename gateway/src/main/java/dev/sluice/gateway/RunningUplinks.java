package dev.sluice.gateway;

import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxCursor;
import dev.sluice.gateway.outbox.Storage;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.UplinkSite;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.UplinkVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uplinks that run, each served from the outbox that has what it needs next. Changed by one
 * caller at a time; its figures may be read from anywhere.
 */
final class RunningUplinks {

  private static final Logger LOG = LoggerFactory.getLogger(RunningUplinks.class);

  private final Storage storage;
  private final UplinkSite site;
  private final Deployed<UplinkVerticle> deployed;
  private final Map<String, UplinkOptions> options = new ConcurrentHashMap<>();
  private final Map<String, Outbox> servedBy = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  RunningUplinks(Vertx vertx, Storage storage, UplinkSite site) {
    this.storage = storage;
    this.site = site;
    this.deployed = new Deployed<>(vertx);
  }

  /** Starts all; each has its cursor already. One that cannot be forgotten stops nothing. */
  Future<Void> start(GatewayConfig config) {
    return forgetUnknown(config).transform(done -> all(config.uplinks(), this::start));
  }

  Future<Void> stop() {
    stopped = true;
    return deployed.undeployAll();
  }

  List<UplinkStats> stats() {
    return deployed.verticles().stream().map(UplinkVerticle::stats).toList();
  }

  /** Makes these the ones that run; an equal one goes on undisturbed. */
  Future<Void> change(GatewayConfig next) {
    Map<String, UplinkOptions> wanted = new TreeMap<>();
    next.uplinks().forEach(uplink -> wanted.put(uplink.id(), uplink));
    // Before others are forgotten: of those, a new one is not the heir.
    return storage
        .join(next.uplinkStarts())
        .transform(done -> endAllBut(wanted))
        .transform(
            done ->
                all(
                    next.uplinks(),
                    uplink ->
                        deployed.find(uplink.id()) == null
                            ? start(uplink)
                            : Future.succeededFuture()));
  }

  /** Records come from another outbox now: a stream of its own, so a connection of its own. */
  Future<Void> move(GatewayConfig config) {
    return forgetUnknown(config).transform(done -> all(config.uplinks(), this::move));
  }

  private Future<Void> move(UplinkOptions uplink) {
    String id = uplink.id();
    return stopped || deployed.find(id) == null || servedBy.get(id) == storage.serving(id)
        ? Future.succeededFuture()
        : deployed.undeploy(id).transform(done -> start(uplink));
  }

  private Future<Void> start(UplinkOptions uplink) {
    String id = uplink.id();
    Outbox outbox = storage.serving(id);
    OutboxCursor cursor;
    try {
      cursor = outbox.cursor(id);
    } catch (IllegalStateException e) {
      return Future.failedFuture(e); // a disk that hangs has not forgotten its namesake yet
    }
    options.put(id, uplink);
    servedBy.put(id, outbox);
    return deployed.deploy(id, new UplinkVerticle(uplink, cursor, outbox, site));
  }

  private Future<?> endAllBut(Map<String, UplinkOptions> wanted) {
    var gone = new ArrayList<Future<Void>>();
    for (String id : deployed.names()) {
      UplinkOptions now = wanted.get(id);
      if (now == null) {
        gone.add(deployed.undeploy(id).transform(done -> forget(id)));
      } else if (!now.equals(options.get(id))) {
        gone.add(deployed.undeploy(id));
      }
    }
    return Future.join(gone);
  }

  private Future<Void> forgetUnknown(GatewayConfig config) {
    return all(
        storage.uplinks().stream().filter(id -> !config.uplinkStarts().containsKey(id)).toList(),
        this::forget);
  }

  /** Its records are kept for nobody any more; otherwise they would fill the outbox. */
  private Future<Void> forget(String id) {
    long left = storage.outbox().backlog().getOrDefault(id, 0L);
    return storage
        .forget(id)
        .onSuccess(
            done ->
                LOG.atWarn()
                    .addKeyValue("uplink", id)
                    .addKeyValue("reason", "not in the configuration")
                    .addKeyValue("undeliveredRecords", left)
                    .log("uplink forgotten"))
        .onFailure(
            cause ->
                LOG.atWarn()
                    .addKeyValue("uplink", id)
                    .addKeyValue("reason", cause.getMessage())
                    .addKeyValue("hint", "its records are kept until it can be forgotten")
                    .log("uplink not forgotten, going on"));
  }

  private static <T> Future<Void> all(List<T> items, Function<T, Future<Void>> action) {
    var started = new ArrayList<Future<Void>>();
    items.forEach(item -> started.add(action.apply(item)));
    return Future.join(started).mapEmpty();
  }
}

package dev.sluice.gateway;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.acquire.AcquireContext;
import dev.sluice.gateway.acquire.AcquiredCodec;
import dev.sluice.gateway.acquire.ConnectGate;
import dev.sluice.gateway.acquire.DeviceSpec;
import dev.sluice.gateway.acquire.DeviceStates;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.acquire.LineVerticle;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.batch.IngestVerticle;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.observe.Sources;
import dev.sluice.gateway.outbox.Outbox;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.UplinkVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: puts the stages together and takes them apart.
 *
 * <pre>
 *   lines -> event bus -> ingest (normalize, batch) -> outbox -> uplinks
 * </pre>
 *
 * <p>What takes is started before what gives, and stopped after it, so that nothing on its way is
 * lost. Methods may be called from anywhere; changes happen one after the other.
 */
public final class Gateway implements Sources {

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final DriverCatalog drivers;
  private final SystemClock time;
  private final Outbox outbox;
  private final AcquireContext site;
  private final Deployed<IngestVerticle> ingest;
  private final Deployed<UplinkVerticle> uplinks;
  private final Deployed<LineVerticle> lines;
  private volatile GatewayConfig config;
  private Future<Void> lastChange = Future.succeededFuture();

  private Gateway(
      Vertx vertx, GatewayConfig config, DriverCatalog drivers, SystemClock time, Outbox outbox) {
    this.config = config;
    this.drivers = drivers;
    this.time = time;
    this.outbox = outbox;
    this.site =
        new AcquireContext(
            config.acquire(),
            vertx.createNetClient(new NetClientOptions().setTcpKeepAlive(true)),
            new ConnectGate(time, config.acquire().connectsPerSecond()),
            new DeviceStates(vertx, config.acquire().stateDirectory()),
            time,
            config.batch().ingest());
    this.ingest = new Deployed<>(vertx);
    this.uplinks = new Deployed<>(vertx);
    this.lines = new Deployed<>(vertx);
  }

  /**
   * Starts a gateway. Devices and brokers that cannot be reached do not stop it.
   *
   * @return fails when the outbox cannot be opened or a stage does not start
   */
  public static Future<Gateway> start(
      Vertx vertx, GatewayConfig config, DriverCatalog drivers, SystemClock time) {
    vertx.eventBus().registerCodec(new AcquiredCodec());
    return time.start(vertx)
        .compose(started -> Outbox.open(vertx, config.outbox(), time))
        .map(outbox -> new Gateway(vertx, config, drivers, time, outbox))
        .compose(
            gateway ->
                gateway
                    .startStages()
                    .map(gateway)
                    .recover(
                        cause ->
                            gateway.stop().transform(s -> Future.<Gateway>failedFuture(cause))));
  }

  @Override
  public List<LineStats> lines() {
    return lines.verticles().stream().map(LineVerticle::stats).toList();
  }

  @Override
  public List<IngestStats> ingest() {
    return ingest.verticles().stream().map(IngestVerticle::stats).toList();
  }

  @Override
  public List<UplinkStats> uplinks() {
    return uplinks.verticles().stream().map(UplinkVerticle::stats).toList();
  }

  @Override
  public OutboxStats outbox() {
    return outbox.stats();
  }

  @Override
  public int linesConfigured() {
    return config.lines().size();
  }

  public GatewayConfig config() {
    return config;
  }

  private Future<Void> startStages() {
    return startIngest()
        .compose(done -> all(config.uplinks(), this::startUplink))
        .compose(done -> all(config.lines(), line -> startLine(line, config)))
        .onSuccess(
            done ->
                LOG.atInfo()
                    .addKeyValue("gateway", config.gateway())
                    .addKeyValue("lines", config.lines().size())
                    .addKeyValue("devices", config.devices().size())
                    .addKeyValue("uplinks", config.uplinks().size())
                    .addKeyValue("stream", outbox.stream())
                    .log("gateway started"));
  }

  /**
   * Stops polling, makes durable what is under way, says good-bye upstream, closes the outbox.
   * Completes when all of it is done; a part that fails does not keep the others from stopping.
   */
  public Future<Void> stop() {
    return lines
        .undeployAll()
        .transform(done -> ingest.undeployAll())
        .transform(done -> uplinks.undeployAll())
        .transform(done -> outbox.close())
        .onComplete(
            done -> {
              time.keep();
              LOG.atInfo().addKeyValue("gateway", config.gateway()).log("gateway stopped");
            });
  }

  /**
   * Makes this the configuration, touching only what differs: an equal line, device or uplink goes
   * on undisturbed.
   *
   * @return fails without having changed anything when something differs that only a restart can
   *     change
   */
  public synchronized Future<Void> apply(GatewayConfig next) {
    lastChange = lastChange.transform(before -> change(next));
    return lastChange;
  }

  private Future<Void> change(GatewayConfig next) {
    List<String> fixed = needsRestart(config, next);
    if (!fixed.isEmpty()) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "changes only with a restart: "
                  + String.join(", ", fixed)
                  + "; nothing was changed"));
    }
    if (next.equals(config)) {
      LOG.atInfo().log("configuration unchanged");
      return Future.succeededFuture();
    }
    GatewayConfig before = config;
    config = next;
    return changeLines(next)
        .compose(done -> changeUplinks(before, next))
        .onSuccess(
            done ->
                LOG.atInfo()
                    .addKeyValue("lines", next.lines().size())
                    .addKeyValue("devices", next.devices().size())
                    .addKeyValue("uplinks", next.uplinks().size())
                    .log("configuration applied"));
  }

  private static List<String> needsRestart(GatewayConfig before, GatewayConfig next) {
    var fixed = new ArrayList<String>();
    compare(fixed, "gateway", before.gateway(), next.gateway());
    compare(fixed, "acquire", before.acquire(), next.acquire());
    compare(fixed, "batch", before.batch(), next.batch());
    compare(fixed, "outbox", before.outbox(), next.outbox());
    compare(fixed, "http", before.http(), next.http());
    compare(fixed, "clock", before.clock(), next.clock());
    return fixed;
  }

  private static void compare(List<String> differing, String key, Object before, Object next) {
    if (!before.equals(next)) {
      differing.add(key);
    }
  }

  private Future<Void> startIngest() {
    var all = new ArrayList<Future<Void>>();
    for (int number = 0; number < config.batch().ingest(); number++) {
      all.add(
          ingest.deploy(
              Integer.toString(number), new IngestVerticle(number, config.batch(), outbox, time)));
    }
    return Future.all(all).mapEmpty();
  }

  private Future<Void> startUplink(UplinkOptions options) {
    return uplinks.deploy(
        options.id(), new UplinkVerticle(options, outbox.cursor(options.id()), outbox, time));
  }

  private Future<Void> startLine(LineSpec spec, GatewayConfig from) {
    Driver driver = drivers.find(spec.driver());
    if (driver == null) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "line " + spec.id() + ": no driver of type " + spec.driver()));
    }
    return lines.deploy(spec.id(), new LineVerticle(spec, driver, devicesOf(spec, from), site));
  }

  private static List<DeviceSpec> devicesOf(LineSpec line, GatewayConfig from) {
    return from.devices().stream().filter(device -> device.line().equals(line.id())).toList();
  }

  private Future<Void> changeLines(GatewayConfig next) {
    Map<String, LineSpec> wanted = new TreeMap<>();
    next.lines().forEach(line -> wanted.put(line.id(), line));
    var gone = new ArrayList<Future<Void>>();
    for (String name : lines.names()) {
      LineVerticle line = lines.find(name);
      if (line != null && !line.spec().equals(wanted.get(name))) {
        // Its devices say good-bye downstream before the line goes.
        gone.add(line.setDevices(List.of()).transform(done -> lines.undeploy(name)));
      }
    }
    return Future.join(gone)
        .transform(
            done ->
                all(
                    next.lines(),
                    line -> {
                      LineVerticle running = lines.find(line.id());
                      return running == null
                          ? startLine(line, next)
                          : running.setDevices(devicesOf(line, next));
                    }));
  }

  private Future<Void> changeUplinks(GatewayConfig before, GatewayConfig next) {
    Map<String, UplinkOptions> wanted = new TreeMap<>();
    next.uplinks().forEach(uplink -> wanted.put(uplink.id(), uplink));
    var gone = new ArrayList<Future<Void>>();
    for (UplinkOptions old : before.uplinks()) {
      UplinkOptions now = wanted.get(old.id());
      if (!old.equals(now)) {
        gone.add(
            uplinks
                .undeploy(old.id())
                .onComplete(
                    done -> {
                      if (now == null) {
                        LOG.atInfo().addKeyValue("uplink", old.id()).log("uplink removed");
                        outbox.forget(old.id());
                      }
                    }));
      }
    }
    return Future.join(gone)
        .transform(
            done ->
                all(
                    next.uplinks(),
                    uplink ->
                        uplinks.find(uplink.id()) == null
                            ? startUplink(uplink)
                            : Future.succeededFuture()));
  }

  private static <T> Future<Void> all(List<T> items, Function<T, Future<Void>> start) {
    var started = new ArrayList<Future<Void>>();
    items.forEach(item -> started.add(start.apply(item)));
    return Future.join(started).mapEmpty();
  }
}

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
import dev.sluice.gateway.batch.ClockAnchors;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.batch.IngestVerticle;
import dev.sluice.gateway.command.CheckedCommands;
import dev.sluice.gateway.command.CommandStats;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.RequestDesk;
import dev.sluice.gateway.command.RequestStats;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.observe.Sources;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.outbox.Storage;
import dev.sluice.gateway.outbox.StorageStats;
import dev.sluice.gateway.outbox.dead.DeadLetterStats;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.uplink.UplinkSite;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.nio.file.Path;
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

  /** A line closes its sockets and ports in less; the process is ended some seconds later. */
  private static final long LINES_LIMIT_MILLIS = 2_000;

  private static final long CHANGE_LIMIT_MILLIS = 1_000;

  private final Vertx vertx;
  private final DriverCatalog drivers;
  private final SystemClock time;
  private final Storage storage;
  private final CurrentValues current = new CurrentValues();
  private final CheckedCommands commands;
  private final RequestDesk requests;
  private final UplinkSite upstream;
  private final AcquireContext site;
  private final Deployed<IngestVerticle> ingest;
  private final RunningUplinks uplinks;
  private final Deployed<LineVerticle> lines;
  private volatile GatewayConfig config;

  /** Whether all of the configuration runs; after a failure an equal one is applied again. */
  private volatile boolean settled = true;

  private Future<Void> lastChange = Future.succeededFuture();
  private volatile boolean stopped;

  private Gateway(
      Vertx vertx, GatewayConfig config, DriverCatalog drivers, SystemClock time, Storage storage) {
    this.vertx = vertx;
    this.config = config;
    this.drivers = drivers;
    this.time = time;
    this.storage = storage;
    this.lines = new Deployed<>(vertx);
    this.commands =
        new CheckedCommands(
            vertx, config.commands(), new RunningDevices(this::config, lines::verticles), time);
    this.requests = new RequestDesk(vertx, commands, config.commands(), new PresentValues(current));
    ClockAnchors anchors = ClockAnchors.beside(config.clock().floorFile(), time);
    Path directory = Path.of(storage.stats().directory());
    this.upstream =
        new UplinkSite(
            new DeadLetters(vertx, directory, config.deadLetterBytes(), config.outbox().keys()),
            new ConnectorSite(
                anchors, current, commands, requests, config.acquire().stateDirectory(), time),
            anchors,
            time);
    this.site =
        new AcquireContext(
            config.acquire(),
            vertx.createNetClient(new NetClientOptions().setTcpKeepAlive(true)),
            new ConnectGate(time, config.acquire().connectsPerSecond()),
            new DeviceStates(vertx, config.acquire().stateDirectory()),
            time,
            config.batch().ingest());
    this.ingest = new Deployed<>(vertx);
    this.uplinks = new RunningUplinks(vertx, storage, upstream);
  }

  /**
   * Starts a gateway. Devices and brokers that cannot be reached do not stop it.
   *
   * @return fails when another process has the outbox or a stage does not start
   */
  public static Future<Gateway> start(
      Vertx vertx, GatewayConfig config, DriverCatalog drivers, SystemClock time) {
    vertx.eventBus().registerCodec(new AcquiredCodec());
    return time.start(vertx)
        .compose(
            started ->
                Storage.open(
                    vertx,
                    config.outbox(),
                    config.memory(),
                    config.flash(),
                    config.uplinkStarts(),
                    time))
        .map(storage -> new Gateway(vertx, config, drivers, time, storage))
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
  public String gateway() {
    return config.gateway();
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
    return uplinks.stats();
  }

  @Override
  public OutboxStats outbox() {
    return storage.outbox();
  }

  @Override
  public StorageStats storage() {
    return storage.stats();
  }

  @Override
  public DeadLetterStats deadLetters() {
    return upstream.letters().stats();
  }

  /** What comes down goes here. */
  Commands desk() {
    return commands;
  }

  @Override
  public RequestStats requests() {
    return requests.stats();
  }

  @Override
  public CommandStats commands() {
    return commands.stats();
  }

  @Override
  public int linesConfigured() {
    return config.lines().size();
  }

  public GatewayConfig config() {
    return config;
  }

  private Future<Void> startStages() {
    return upstream
        .start(vertx)
        .compose(done -> commands.start())
        .compose(done -> startIngest())
        .compose(done -> uplinks.start(config))
        .compose(
            done -> {
              storage.onSwitch(this::moveUplinks);
              return all(config.lines(), line -> startLine(line, config));
            })
        .onSuccess(
            done ->
                LOG.atInfo()
                    .addKeyValue("gateway", config.gateway())
                    .addKeyValue("lines", config.lines().size())
                    .addKeyValue("devices", config.devices().size())
                    .addKeyValue("uplinks", config.uplinks().size())
                    .addKeyValue("stream", storage.stream())
                    .log("gateway started"));
  }

  /**
   * Stops polling, makes durable what is under way, says good-bye upstream, closes the outbox.
   * Completes when all of it is done; a part that fails does not keep the others from stopping.
   */
  public synchronized Future<Void> stop() {
    stopped = true;
    return within(lastChange, CHANGE_LIMIT_MILLIS)
        .transform(done -> within(commands.close(), CHANGE_LIMIT_MILLIS))
        .transform(done -> within(lines.undeployAll(), LINES_LIMIT_MILLIS))
        .transform(done -> ingest.undeployAll())
        .transform(done -> uplinks.stop())
        .transform(done -> storage.close())
        .andThen(
            done -> {
              time.keep();
              LOG.atInfo().addKeyValue("gateway", config.gateway()).log("gateway stopped");
            });
  }

  /** One stage that hangs must not keep the next from making durable what it has. */
  private Future<Void> within(Future<Void> stage, long millis) {
    Promise<Void> end = Promise.promise();
    long timer = vertx.setTimer(millis, id -> end.tryComplete());
    stage.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          end.tryComplete();
        });
    return end.future();
  }

  /**
   * Makes this the configuration, touching only what differs: an equal line, device or uplink goes
   * on undisturbed.
   *
   * @return fails without having changed anything when something differs that only a restart can
   *     change
   */
  public synchronized Future<Void> apply(GatewayConfig next) {
    if (stopped) {
      return Future.failedFuture(new IllegalStateException("the gateway stops"));
    }
    lastChange = lastChange.transform(before -> change(next));
    return lastChange;
  }

  private Future<Void> change(GatewayConfig next) {
    List<String> fixed = config.needsRestart(next);
    if (!fixed.isEmpty()) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "changes only with a restart: "
                  + String.join(", ", fixed)
                  + "; nothing was changed"));
    }
    if (settled && next.equals(config)) {
      LOG.atInfo().log("configuration unchanged");
      return Future.succeededFuture();
    }
    config = next;
    settled = false;
    Future<Void> lineChanges = changeLines(next);
    return lineChanges
        .transform(done -> uplinks.change(next))
        .transform(done -> done.failed() ? Future.failedFuture(done.cause()) : lineChanges)
        .andThen(
            done -> {
              if (done.succeeded()) {
                settled = true;
                LOG.atInfo()
                    .addKeyValue("lines", next.lines().size())
                    .addKeyValue("devices", next.devices().size())
                    .addKeyValue("uplinks", next.uplinks().size())
                    .log("configuration applied");
              }
            });
  }

  private Future<Void> startIngest() {
    var all = new ArrayList<Future<Void>>();
    for (int number = 0; number < config.batch().ingest(); number++) {
      all.add(
          ingest.deploy(
              Integer.toString(number),
              new IngestVerticle(number, config.batch(), storage, current, time)));
    }
    return Future.all(all).mapEmpty();
  }

  /** Records come from another outbox now: a stream of its own, so a connection of its own. */
  private synchronized Future<Void> moveUplinks() {
    if (stopped) {
      return Future.succeededFuture();
    }
    lastChange = lastChange.transform(before -> uplinks.move(config));
    return lastChange;
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
        gone.add(line.setDevices(List.of()).transform(done -> endLine(name)));
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

  /**
   * A port that takes no bytes holds its thread in the kernel, and no call gets it out of there:
   * the other lines, and every change after this one, must not wait for it.
   */
  private Future<Void> endLine(String name) {
    Future<Void> end = lines.undeploy(name);
    return within(end, LINES_LIMIT_MILLIS)
        .onSuccess(
            done -> {
              if (!end.isComplete()) {
                LOG.atError()
                    .addKeyValue("line", name)
                    .addKeyValue(
                        "reason",
                        "not closed within "
                            + LINES_LIMIT_MILLIS
                            + " ms; until it is, its port is in use and cannot be opened again")
                    .addKeyValue(
                        "hint",
                        "if that lasts, the adapter takes no bytes: unplug it and plug it in again,"
                            + " or restart the gateway")
                    .log("line does not close, going on without it");
              }
            });
  }

  private static <T> Future<Void> all(List<T> items, Function<T, Future<Void>> start) {
    var started = new ArrayList<Future<Void>>();
    items.forEach(item -> started.add(start.apply(item)));
    return Future.join(started).mapEmpty();
  }
}

package dev.sluice.gateway;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.config.LoadedConfig;
import dev.sluice.gateway.observe.Health;
import dev.sluice.gateway.observe.LoopWatch;
import dev.sluice.gateway.observe.Metrics;
import dev.sluice.gateway.observe.Status;
import dev.sluice.gateway.observe.http.HttpVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway as a process: runs until SIGTERM or SIGINT, and reads its configuration again on
 * SIGHUP.
 */
final class GatewayProcess {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);

  /** systemd waits longer; what is not down by then is left to the next start. */
  private static final long STOP_SECONDS = 8;

  /** A large backlog must not take long to open; what takes longer will not come. */
  private static final long START_SECONDS = 60;

  /** A small box has two to four cores and needs one of them for everything else. */
  private static final int EVENT_LOOPS = Math.min(2, Runtime.getRuntime().availableProcessors());

  private final DriverCatalog drivers;
  private final Path file;

  GatewayProcess(DriverCatalog drivers, Path file) {
    this.drivers = drivers;
    this.file = file;
  }

  /**
   * Runs a gateway. Ends the process by itself when it is told to stop.
   *
   * @return the exit code when it could not start
   */
  int run(LoadedConfig loaded) {
    // First of all: a signal that nobody handles would end the process.
    var running = new CompletableFuture<Gateway>();
    Hangup.handle(() -> reload(running.join()));
    loaded.warnings().forEach(warning -> LOG.atWarn().log(warning.toString()));
    GatewayConfig config = loaded.config();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2)
                .setPreferNativeTransport(true)
                .setDisableTCCL(true));
    vertx.exceptionHandler(
        cause -> LOG.atError().setCause(cause).log("BUG: exception outside every stage"));
    Gateway gateway;
    try {
      gateway = await(start(vertx, config), START_SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String reason =
          e instanceof TimeoutException
              ? "not up within " + START_SECONDS + " s"
              : cause.getMessage() == null ? cause.toString() : cause.getMessage();
      LOG.atError().addKeyValue("reason", reason).log("gateway not started");
      LOG.atDebug().setCause(cause).log("gateway not started");
      return 1;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, vertx), "stop"));
    // Reading a large configuration leaves garbage that would otherwise stay resident for days.
    System.gc();
    running.complete(gateway);
    return waitForEver();
  }

  private Future<Gateway> start(Vertx vertx, GatewayConfig config) {
    return LoopWatch.start(vertx, EVENT_LOOPS)
        .compose(
            loops -> {
              var time = new SystemClock(config.clock());
              return Gateway.start(vertx, config, drivers, time)
                  .compose(gateway -> serve(vertx, config, gateway, time, loops));
            });
  }

  /** Last, as ready means that all of it is there; first to go would be of no use to anybody. */
  private static Future<Gateway> serve(
      Vertx vertx, GatewayConfig config, Gateway gateway, TimeSource time, LoopWatch loops) {
    var server =
        new HttpVerticle(
            config.http(),
            new Metrics(gateway, loops, Version.current()),
            new Status(gateway, time, Version.current()),
            new Health(gateway, loops));
    return vertx
        .deployVerticle(server)
        .map(gateway)
        .recover(cause -> gateway.stop().transform(done -> Future.<Gateway>failedFuture(cause)));
  }

  private void reload(Gateway gateway) {
    LoadedConfig loaded;
    try {
      loaded = new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> LOG.atError().log(problem.toString()));
      LOG.atError().addKeyValue("file", file).log("configuration refused, the old one stays");
      return;
    }
    loaded.warnings().forEach(warning -> LOG.atWarn().log(warning.toString()));
    gateway
        .apply(loaded.config())
        .onFailure(
            cause ->
                LOG.atError()
                    .addKeyValue("reason", String.valueOf(cause.getMessage()))
                    .log("configuration not applied"));
  }

  /** Runs in the shutdown hook, where the JVM's exit code would be that of the signal. */
  private static void stop(Gateway gateway, Vertx vertx) {
    int code = 0;
    try {
      await(gateway.stop().transform(done -> vertx.close()), STOP_SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.atError()
          .addKeyValue("reason", e.toString())
          .log("gateway did not stop in time; the outbox has what was accepted");
      code = 1;
    }
    Runtime.getRuntime().halt(code);
  }

  private static int waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  private static <T> T await(Future<T> future, long seconds)
      throws ExecutionException, TimeoutException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }
}

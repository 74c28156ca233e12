package dev.sluice.gateway.observe.http;

import dev.sluice.gateway.observe.Health;
import dev.sluice.gateway.observe.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics and health over HTTP, for whoever is on this machine. Reads only: nothing can be changed
 * here.
 */
public final class AdminServer extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

  /** The text format of Prometheus' exposition, version 0.0.4. */
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String JSON = "application/json";
  private static final int IDLE_SECONDS = 30;
  private static final int MAX_REQUEST_LINE = 1024;

  private final HttpOptions options;
  private final Metrics metrics;
  private final Health health;
  private @Nullable HttpServer server;

  public AdminServer(HttpOptions options, Metrics metrics, Health health) {
    this.options = options;
    this.metrics = metrics;
    this.health = health;
  }

  /** Fails when the address is taken, naming it. */
  @Override
  public Future<?> start() {
    HttpServer opening =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setMaxInitialLineLength(MAX_REQUEST_LINE)
                    .setCompressionSupported(false))
            .requestHandler(router());
    server = opening;
    return opening
        .listen(options.port(), options.host())
        .onSuccess(
            open ->
                LOG.atInfo()
                    .addKeyValue("address", options.host() + ":" + open.actualPort())
                    .log("metrics and health are served"))
        .recover(
            cause ->
                Future.failedFuture(
                    new IOException(
                        "http: cannot listen on "
                            + options.host()
                            + ":"
                            + options.port()
                            + ": "
                            + cause.getMessage()
                            + "; choose another http.port, or enabled: false",
                        cause)));
  }

  @Override
  public Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.close();
  }

  /** The port in use; for tests that ask for any. */
  public int port() {
    return server == null ? -1 : server.actualPort();
  }

  private Router router() {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            request -> {
              HttpMethod method = request.request().method();
              if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                request.next();
              } else {
                request.response().putHeader("Allow", "GET, HEAD");
                answer(request, 405, Map.of("error", "only GET and HEAD"));
              }
            });
    // A scrape reads files of the system and builds a long text: not on an event loop.
    router
        .route("/metrics")
        .handler(request -> later(request, METRICS_TYPE, metrics::scrape));
    router
        .route("/health/live")
        .handler(request -> answer(request, health.live()));
    router
        .route("/health/ready")
        .handler(request -> answer(request, health.ready()));
    router
        .route()
        .handler(
            request ->
                answer(
                    request,
                    404,
                    Map.of(
                        "error", "no such page",
                        "pages", "/metrics /health/live /health/ready")));
    router.errorHandler(500, request -> answer(request, 500, Map.of("error", "internal error")));
    return router;
  }

  private static void later(RoutingContext request, String type, Callable<String> text) {
    request
        .vertx()
        .executeBlocking(text, false)
        .onSuccess(body -> request.response().putHeader("Content-Type", type).end(body))
        .onFailure(
            cause -> {
              LOG.atError().setCause(cause).log("page failed");
              request.fail(500);
            });
  }

  private static void answer(RoutingContext request, Health.Answer answer) {
    var body = new LinkedHashMap<String, Object>();
    body.put("status", answer.ok() ? "ok" : "failing");
    body.putAll(answer.details());
    answer(request, answer.ok() ? 200 : 503, body);
  }

  private static void answer(RoutingContext request, int status, Map<String, ?> body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", JSON)
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(new JsonObject(new LinkedHashMap<>(body)).encode());
  }
}

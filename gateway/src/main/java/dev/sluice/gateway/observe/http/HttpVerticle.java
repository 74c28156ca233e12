package dev.sluice.gateway.observe.http;

import dev.sluice.gateway.observe.Health;
import dev.sluice.gateway.observe.Metrics;
import dev.sluice.gateway.observe.Status;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics}, {@code /status}, {@code /health/live} and {@code /health/ready},
 * nothing else.
 */
public final class HttpVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
  private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._~/-]*");
  private static final String JSON = "application/json";
  private static final int MAX_LINE = 2048;
  private static final int MAX_HEADERS = 8192;
  private static final int IDLE_SECONDS = 30;

  private final HttpOptions options;
  private final Metrics metrics;
  private final Status status;
  private final Health health;
  private @Nullable HttpServer server;

  public HttpVerticle(HttpOptions options, Metrics metrics, Status status, Health health) {
    this.options = options;
    this.metrics = metrics;
    this.status = status;
    this.health = health;
  }

  @Override
  public Future<?> start() {
    if (!options.enabled()) {
      return Future.succeededFuture();
    }
    var settings =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx
        .createHttpServer(settings)
        .requestHandler(plainPathsTo(router()))
        .listen()
        .map(
            listening -> {
              server = listening;
              LOG.atInfo()
                  .addKeyValue("host", options.host())
                  .addKeyValue("port", listening.actualPort())
                  .log("http listening");
              return listening;
            });
  }

  @Override
  public Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.close();
  }

  /** Where it listens; 0 while it does not. */
  public int port() {
    return server == null ? 0 : server.actualPort();
  }

  /** No route has escapes in it; the router would only stumble over those that are none. */
  private static Handler<HttpServerRequest> plainPathsTo(Router router) {
    return request -> {
      String path = request.path();
      if (path != null && PLAIN.matcher(path).matches()) {
        router.handle(request);
      } else {
        write(request.response(), 404, JSON, error("not found"));
      }
    };
  }

  private Router router() {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            request -> {
              request.response().putHeader("X-Content-Type-Options", "nosniff");
              request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
              request.next();
            });
    get(router, "/metrics", this::metrics);
    get(router, "/status", this::status);
    get(router, "/health/live", request -> answer(request, health.live()));
    get(router, "/health/ready", request -> answer(request, health.ready()));
    router.route().handler(request -> fail(request, 404, "not found"));
    router.route().failureHandler(this::failed);
    return router;
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(HttpMethod.GET, path).handler(handler);
    router.route(HttpMethod.HEAD, path).handler(handler);
    router
        .route(path)
        .handler(
            request -> {
              request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
              fail(request, 405, "only GET and HEAD");
            });
  }

  private void metrics(RoutingContext request) {
    vertx
        .executeBlocking(metrics::scrape, false)
        .onSuccess(text -> write(request.response(), 200, Metrics.CONTENT_TYPE, text))
        .onFailure(request::fail);
  }

  private void status(RoutingContext request) {
    vertx
        .executeBlocking(() -> status.now().encodePrettily() + "\n", false)
        .onSuccess(text -> write(request.response(), 200, JSON, text))
        .onFailure(request::fail);
  }

  private static void answer(RoutingContext request, Health.Answer answer) {
    write(request.response(), answer.ok() ? 200 : 503, JSON, answer.body().encode());
  }

  private static void fail(RoutingContext request, int status, String why) {
    write(request.response(), status, JSON, error(why));
  }

  private static String error(String why) {
    return new JsonObject().put("error", why).encode();
  }

  private void failed(RoutingContext request) {
    if (request.failure() != null) {
      LOG.atError().setCause(request.failure()).log("http request failed");
    }
    fail(request, request.statusCode() > 0 ? request.statusCode() : 500, "failed");
  }

  private static void write(HttpServerResponse response, int status, String type, String body) {
    // A client that went away needs no answer.
    var unused =
        response
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONTENT_TYPE, type)
            .end(body)
            .onFailure(e -> LOG.atDebug().setCause(e).log("http answer not sent"));
  }
}

package dev.sluice.gateway.observe.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.ClockTrust;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.observe.Health;
import dev.sluice.gateway.observe.LoopWatch;
import dev.sluice.gateway.observe.Metrics;
import dev.sluice.gateway.observe.Plant;
import dev.sluice.gateway.observe.Status;
import dev.sluice.gateway.uplink.UplinkStats;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HttpVerticleTest {

  private final Plant plant = new Plant();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpVerticle http;

  @BeforeEach
  void start(Vertx vertx, VertxTestContext test) {
    LoopWatch.start(vertx, 2)
        .compose(
            loops -> {
              http =
                  new HttpVerticle(
                      new HttpOptions("127.0.0.1", 0, true),
                      new Metrics(plant, loops, "1.2.3"),
                      new Status(
                          plant,
                          new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null)),
                          "1.2.3"),
                      new Health(plant, loops));
              return vertx.deployVerticle(http);
            })
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void metricsComeAsPrometheusWantsThem() throws Exception {
    HttpResponse<String> response = send("GET", "/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).contains("sluice_outbox_unsynced_seconds 0.25");
  }

  @Test
  void theStatusTellsLinesDevicesUplinksAndOutboxWithTheirUnits() throws Exception {
    HttpResponse<String> response = send("GET", "/status");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    var body = new JsonObject(response.body());
    JsonObject gateway = body.getJsonObject("gateway");
    assertThat(gateway.getString("id")).isEqualTo("plant-7");
    assertThat(gateway.getString("version")).isEqualTo("1.2.3");
    assertThat(gateway.getLong("uptime_seconds")).isNotNegative();
    JsonObject line = body.getJsonObject("lines").getJsonObject("bus-a");
    assertThat(line.getString("state")).isEqualTo("connected");
    assertThat(line.getDouble("since_seconds")).isBetween(60.0, 120.0);
    assertThat(line.getString("speed")).isEqualTo("9600 8N1");
    assertThat(line.getJsonObject("bus_seconds"))
        .isEqualTo(
            new JsonObject()
                .put("useful", 3.0)
                .put("retries", 0.0)
                .put("failed", 0.0)
                .put("probes", 0.5)
                .put("writes", 0.0)
                .put("idle", 2.0));
    JsonObject commitment = line.getJsonObject("commitment");
    assertThat(commitment.getDouble("percent")).isEqualTo(128.0);
    assertThat(commitment.getString("words")).isEqualTo("128 % of 9600 8N1");
    JsonObject behind = commitment.getJsonArray("cannot_hold").getJsonObject(0);
    assertThat(behind.getDouble("every_seconds")).isEqualTo(1.0);
    assertThat(behind.getDouble("can_hold_seconds")).isEqualTo(1.4);
    assertThat(behind.getJsonArray("devices")).containsExactly("meter-1");
    assertThat(line.getJsonObject("polls").getLong("late")).isEqualTo(9);
    assertThat(line.getJsonObject("polls").getLong("skipped_late")).isEqualTo(5);
    assertThat(line.getJsonObject("writes").getLong("refused")).isEqualTo(13);
    JsonObject up = line.getJsonObject("devices").getJsonObject("meter-1");
    assertThat(up.getString("state")).isEqualTo("up");
    assertThat(up.getJsonObject("reply_seconds").getDouble("last")).isEqualTo(0.002);
    JsonObject down = line.getJsonObject("devices").getJsonObject("meter-2");
    assertThat(down.getString("state")).isEqualTo("down");
    assertThat(down.getString("reason")).isEqualTo("timeout");
    assertThat(Instant.parse(down.getString("since")))
        .isBetween(Instant.now().minusSeconds(90), Instant.now().minusSeconds(25));
    assertThat(down.getJsonObject("failures").getLong("timeout")).isEqualTo(14);
    assertThat(down.getJsonObject("notes").getString("timeout_too_short"))
        .isEqualTo("raise timeout");
    JsonObject uplink = body.getJsonObject("uplinks").getJsonObject("cloud");
    assertThat(uplink.getBoolean("connected")).isTrue();
    assertThat(uplink.getDouble("lag_seconds")).isEqualTo(1.5);
    assertThat(uplink.getLong("unacknowledged_records")).isEqualTo(12);
    JsonObject outbox = body.getJsonObject("outbox");
    assertThat(outbox.getLong("bytes")).isEqualTo(16384);
    assertThat(outbox.getLong("records")).isEqualTo(40);
    assertThat(outbox.getDouble("unsynced_seconds")).isEqualTo(0.25);
  }

  @Test
  void theStatusOfAGatewayWithoutOutboxAndUplinkSaysSo() throws Exception {
    plant.outbox = null;
    plant.state = UplinkStats.State.WAITING;

    var body = new JsonObject(send("GET", "/status").body());

    assertThat(body.containsKey("outbox")).isTrue();
    assertThat(body.getValue("outbox")).isNull();
    JsonObject uplink = body.getJsonObject("uplinks").getJsonObject("cloud");
    assertThat(uplink.getBoolean("connected")).isFalse();
    assertThat(uplink.getString("reason")).isEqualTo("connection_refused");
    assertThat(uplink.getString("detail")).isEqualTo("refused");
  }

  @Test
  void itLivesWhileItsEventLoopsAnswer() throws Exception {
    HttpResponse<String> response = send("GET", "/health/live");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(new JsonObject(response.body()))
        .isEqualTo(new JsonObject().put("live", true).put("eventLoops", 2).put("stalled", 0));
  }

  @Test
  void anUplinkThatIsDownIsToldAndDoesNotMakeItUnready() throws Exception {
    assertThat(ready(200).getJsonObject("uplinks").getString("cloud")).isEqualTo("connected");
    plant.state = UplinkStats.State.WAITING;

    JsonObject body = ready(200);

    assertThat(body.getBoolean("ready")).isTrue();
    assertThat(body.getJsonObject("uplinks").getString("cloud")).isEqualTo("connection_refused");
  }

  @Test
  void withoutOutboxOrWithALineMissingItIsNotReady() throws Exception {
    plant.configured = 3;
    assertThat(ready(503).getJsonObject("lines").getInteger("deployed")).isEqualTo(2);
    plant.configured = 2;
    plant.outbox = null;
    assertThat(ready(503).getString("outbox")).isEqualTo("not open");
  }

  @Test
  void anOutboxInMemoryIsToldAndDoesNotMakeItUnready() throws Exception {
    assertThat(ready(200).getString("outbox")).isEqualTo("open");
    plant.storage = Plant.inMemory("read-only");

    assertThat(ready(200).getString("outbox")).isEqualTo("in memory: read-only");
    JsonObject outbox = new JsonObject(send("GET", "/status").body()).getJsonObject("outbox");
    assertThat(outbox.getString("mode")).isEqualTo("volatile");
    assertThat(outbox.getString("reason")).isEqualTo("read-only");
    assertThat(outbox.getJsonObject("memory").getInteger("lost_records")).isEqualTo(5);
  }

  @Test
  void headersAloneCanBeAskedFor() throws Exception {
    String answer = raw("HEAD /metrics HTTP/1.1");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("content-type: text/plain");
    assertThat(answer).endsWith("\r\n\r\n");
  }

  @Test
  void nothingElseIsThereAndNothingCanBeChanged() throws Exception {
    for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
      HttpResponse<String> response = send(method, "/health/live");
      assertThat(response.statusCode()).as(method).isEqualTo(405);
      assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
    }
    for (String path : new String[] {"/", "/-/reload", "/metrics/x", "/health", "/%2e%2e/etc"}) {
      HttpResponse<String> response = send("GET", path);
      assertThat(response.statusCode()).as(path).isEqualTo(404);
      assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("not found");
    }
    assertThat(send("POST", "/-/reload").statusCode()).isEqualTo(404);
  }

  @Test
  void aPathThatIsNoneIsRefusedWithoutATrace() throws Exception {
    assertThat(raw("GET /%zz HTTP/1.1")).startsWith("HTTP/1.1 404").doesNotContain("Exception");
    assertThat(raw("GET /" + "a".repeat(9000) + " HTTP/1.1"))
        .contains(" 414 ")
        .doesNotContain("Exception");
    assertThat(raw("nonsense")).contains(" 400 ").doesNotContain("Exception");
  }

  @Test
  void whatIsTurnedOffDoesNotListen(Vertx vertx, VertxTestContext test) {
    var off = new HttpVerticle(new HttpOptions("127.0.0.1", 0, false), null, null, null);
    vertx
        .deployVerticle(off)
        .onComplete(
            test.succeeding(
                id ->
                    test.verify(
                        () -> {
                          assertThat(off.port()).isZero();
                          test.completeNow();
                        })));
  }

  private JsonObject ready(int status) throws Exception {
    HttpResponse<String> response = send("GET", "/health/ready");
    assertThat(response.statusCode()).isEqualTo(status);
    return new JsonObject(response.body());
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + http.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Everything that comes back for a request line. */
  private String raw(String requestLine) throws Exception {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", http.port()), 5000);
      socket.setSoTimeout(10_000);
      String request = requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package dev.sluice.e2e;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.azure.AzureIotHub;
import dev.sluice.e2e.cloud.azure.MethodAnswer;
import dev.sluice.e2e.cloud.azure.Telemetry;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub that is an emulation, for the tests that extend this. */
abstract class AzureRig {

  static final Duration LIMIT = Duration.ofSeconds(30);
  static final int SETPOINT = 1_300;

  @TempDir Path directory;
  AzureSite azure;
  AzureIotHub hub;

  @BeforeEach
  void open() {
    azure = new AzureSite(directory);
    hub = azure.hub;
  }

  @AfterEach
  void close() {
    azure.close();
  }

  void await(String what, Distribution gateway, BooleanSupplier condition) {
    Eventually.holds(
        what,
        LIMIT,
        condition,
        () -> hub.emulation().endings().all() + "\n" + gateway.process().output());
  }

  List<ConnectFields> connects(String device) {
    return hub.emulation().connects().all().stream()
        .filter(fields -> fields.clientId().equals(device))
        .toList();
  }

  static List<Telemetry> of(AzureIotHub hub, String device) {
    return hub.telemetry().all().stream()
        .filter(each -> each.message().clientId().equals(device))
        .toList();
  }

  Ledger ledger(String device) {
    var ledger = new Ledger();
    for (Telemetry each : of(hub, device)) {
      ledger.add(
          Message.parse(each.message().topic(), each.message().payload(), each.message().nanos()));
    }
    return ledger;
  }

  static boolean isBeyond(Ledger ledger, Map<Integer, Long> answered) {
    Map<String, long[]> range = ledger.counterRange();
    return answered.entrySet().stream()
        .allMatch(
            each ->
                range.containsKey("unit-" + each.getKey())
                    && range.get("unit-" + each.getKey())[1] > each.getValue());
  }

  /** Answers of devices that came too late or broken: on a slow machine. */
  static long unheard(Distribution gateway) {
    return gateway
        .page("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_line_polls_total{"))
        .filter(line -> line.contains("\"timeout\"") || line.contains("\"bad_reply\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  Site writable(LibmodbusServer server) {
    return new Site(directory)
        .line("plc", server.port())
        .deviceOf(
            "unit-1",
            "plc",
            1,
            List.of("every: 100ms"),
            Map.of(
                "counter",
                "{ at: \"holding 0\", type: uint32 }",
                "setpoint",
                "{ at: \"holding " + SETPOINT + "\", type: uint16, writable: true }"))
        .linger("100ms");
  }

  static JsonObject setpoint(int value) {
    return new JsonObject("{\"devices\":{\"unit-1\":{\"setpoint\":" + value + "}}}");
  }

  static String parameters(int value) {
    return "{\"device\":\"unit-1\",\"point\":\"setpoint\",\"value\":" + value + "}";
  }

  MethodAnswer write(int value) throws Exception {
    return call("write", parameters(value));
  }

  MethodAnswer call(String method, String body) throws Exception {
    return hub.call("plant-7", method, body, LIMIT).get();
  }

  List<JsonObject> answers() {
    return of(hub, "plant-7").stream()
        .filter(each -> "answer".equals(each.properties().get("kind")))
        .map(each -> each.message().json().getJsonObject("answer"))
        .toList();
  }

  boolean answered(String id) {
    return answers().stream().anyMatch(each -> each.getString("id").equals(id));
  }

  static Map<String, String> fields(String token) {
    var fields = new TreeMap<String, String>();
    for (String field : token.substring(token.indexOf(' ') + 1).split("&")) {
      fields.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
    }
    return fields;
  }

  void reason(Distribution gateway, String uplink, String word, String... details) {
    await(
        uplink + " " + word,
        gateway,
        () -> {
          JsonObject status =
              new JsonObject(gateway.page("/status"))
                  .getJsonObject("uplinks")
                  .getJsonObject(uplink);
          return word.equals(status.getString("reason"))
              && Stream.of(details).allMatch(status.getString("detail", "")::contains);
        });
  }
}

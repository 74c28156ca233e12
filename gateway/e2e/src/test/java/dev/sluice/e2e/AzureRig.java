package dev.sluice.e2e;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.azure.AzureIotHub;
import dev.sluice.e2e.cloud.azure.MethodAnswer;
import dev.sluice.e2e.cloud.azure.Telemetry;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A hub that is an emulation, for the tests that extend this. */
abstract class AzureRig extends CloudRig {

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

  @Override
  String seen() {
    return hub.emulation().endings().all().toString();
  }

  void await(String what, Distribution gateway, BooleanSupplier condition) {
    await(gateway, what, condition);
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
}

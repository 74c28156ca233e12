package dev.sluice.e2e;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.thingsboard.ThingsBoard;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** ThingsBoard's gateway API, strict, for the tests that extend this. */
abstract class ThingsBoardRig extends CloudRig {

  static final String TOKEN = "e2eGatewayToken00001";
  static final String TELEMETRY = "v1/gateway/telemetry";

  static String uplink(ThingsBoard server, String section, String... more) {
    return uplink("cloud", server, "", section, more);
  }

  /** With a certificate, by its name, if that is not empty. */
  static String uplink(
      String id, ThingsBoard server, String certificate, String section, String... more) {
    TestPki pki = Bench.names().pki();
    String shown =
        certificate.isEmpty()
            ? ""
            : ", certificate: \"%s\", key: \"%s\""
                .formatted(pki.certificate(certificate), pki.key(certificate));
    String keys =
        """
          %s:
            connector: thingsboard
            url: "ssl://%s:%d"
            tls: { ca: "%s"%s }
            backoffFirst: 100ms
            backoffMax: 500ms
            thingsboard: { %s }
        """
            .formatted(
                id,
                ThingsBoard.HOST,
                server.broker().port(),
                pki.certificate("ca"),
                shown,
                section);
    var all = new StringBuilder(keys);
    for (String key : more) {
      all.append("    ").append(key).append('\n');
    }
    return all.toString();
  }

  static List<String> reasons(ThingsBoard server) {
    return server.broker().ended().stream().map(each -> each.reason()).toList();
  }

  /** What the devices had answered so far has arrived, all of it. */
  static void awaitAll(Distribution gateway, ThingsBoard server, Map<Integer, Long> answered) {
    Eventually.holds(
        "all of it",
        LIMIT,
        () -> missing(server, answered).size() <= gateway.unheard(),
        () -> missing(server, answered) + "\n" + gateway.process().output());
  }

  /** Counters up to what each unit had answered that never arrived. */
  static List<String> missing(ThingsBoard server, Map<Integer, Long> answered) {
    var found = new HashMap<String, Set<Long>>();
    server
        .broker()
        .received(TELEMETRY)
        .forEach(
            message ->
                message
                    .json()
                    .forEach(
                        device ->
                            ((JsonArray) device.getValue())
                                .forEach(row -> count(found, device.getKey(), (JsonObject) row))));
    return missing(answered, unit -> found.getOrDefault("unit-" + unit, Set.of()));
  }

  private static void count(Map<String, Set<Long>> found, String device, JsonObject row) {
    Long counter = row.getJsonObject("values").getLong("counter");
    if (counter != null) {
      found.computeIfAbsent(device, key -> new TreeSet<>()).add(counter);
    }
  }
}

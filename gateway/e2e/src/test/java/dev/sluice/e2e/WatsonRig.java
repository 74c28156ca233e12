package dev.sluice.e2e;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Ended;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.ibm.Thing;
import dev.sluice.e2e.cloud.ibm.WatsonIot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Watson IoT Platform, strict, with one gateway that registers devices as it speaks for them. */
abstract class WatsonRig extends CloudRig {

  static final Thing EDGE = new Thing("sluice", "e2e");
  static final String IDENTITY = "g:" + WatsonIot.ORGANIZATION + ":sluice:e2e";
  static final String TOKEN = "e2e-gateway-token";

  WatsonIot platform;

  @BeforeEach
  void listen() throws IOException {
    platform = WatsonIot.listen().withPrivilegedGateway(EDGE, TOKEN);
    token(directory, TOKEN);
  }

  @AfterEach
  void close() {
    platform.close();
  }

  @Override
  String seen() {
    return platform.broker().ended().toString();
  }

  static void token(Path directory, String text) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), text + "\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
  }

  static String uplink(WatsonIot platform, String... more) {
    var keys =
        new StringBuilder(
            """
              cloud:
                connector: watson-iot
                url: "ssl://%s:%d"
                tls: { ca: "%s" }
                passwordFile: token
                backoffFirst: 100ms
                backoffMax: 500ms
                watson-iot: { organization: %s, deviceTypes: { unit-2: press } }
            """
                .formatted(
                    WatsonIot.HOST,
                    platform.broker().port(),
                    Bench.names().pki().certificate("ca"),
                    WatsonIot.ORGANIZATION));
    for (String key : more) {
      keys.append("    ").append(key).append('\n');
    }
    return keys.toString();
  }

  static Thing unit(int number) {
    return new Thing(number == 2 ? "press" : "device", "unit-" + number);
  }

  List<String> reasons() {
    return platform.broker().ended().stream().map(Ended::reason).toList();
  }

  boolean isAllThere(Distribution gateway, Map<Integer, Long> answered) {
    return missing(platform, answered).size() <= gateway.unheard();
  }

  /** What the devices had answered so far has arrived, all of it. */
  void awaitAll(Distribution gateway, Map<Integer, Long> answered, String after) {
    Eventually.holds(
        "all of it after " + after,
        LIMIT.plus(OUTAGE),
        () -> isAllThere(gateway, answered),
        () -> missing(platform, answered) + "\n" + gateway.process().output());
    System.out.printf(
        "watson %s: messages=%d missing=%d unheard=%d connects=%d endings=%s%n",
        after,
        platform.broker().received().size(),
        missing(platform, answered).size(),
        gateway.unheard(),
        platform.broker().connects().size(),
        new HashSet<>(reasons()));
  }

  /** Counters up to what each unit had answered that never arrived. */
  static List<String> missing(WatsonIot platform, Map<Integer, Long> answered) {
    return missing(answered, unit -> counters(platform, unit));
  }

  private static Set<Long> counters(WatsonIot platform, int unit) {
    var there = new TreeSet<Long>();
    for (Received event : platform.events(unit(unit))) {
      Long counter = event.json().getJsonObject("d").getLong("counter");
      if (counter != null) {
        there.add(counter);
      }
    }
    return there;
  }

  /** Records below the highest {@code low} of which a part is missing. */
  static List<String> unproven(WatsonIot platform) {
    var whole = new TreeSet<String>();
    var seqs = new TreeSet<Long>();
    var missing = new ArrayList<String>();
    long low = 0;
    var parts = new ArrayList<String>();
    for (Received message : platform.broker().received()) {
      JsonObject json = message.json();
      Long seq = json.getLong("seq");
      if (seq != null) {
        JsonArray part = json.getJsonArray("part", new JsonArray().add(1).add(1));
        whole.add(seq + "/" + part.getInteger(0));
        seqs.add(seq);
        low = Math.max(low, json.getLong("low"));
        for (int i = 1; i <= part.getInteger(1); i++) {
          parts.add(seq + "/" + i);
        }
      }
    }
    for (String part : parts) {
      long seq = Long.parseLong(part.substring(0, part.indexOf('/')));
      if (seq < low && !whole.contains(part)) {
        missing.add(part);
      }
    }
    for (long seq = 1; seq < low; seq++) {
      if (!seqs.contains(seq)) {
        missing.add("seq " + seq);
      }
    }
    return missing;
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import dev.sluice.e2e.cloud.broker.Ended;
import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.google.Device;
import dev.sluice.e2e.cloud.google.GoogleIot;
import dev.sluice.e2e.cloud.google.Registry;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A platform that is an emulation, for the tests that extend this. */
abstract class ClearbladeRig extends CloudRig {

  static final String CLIENT = "projects/plant-7/locations/us-central1/registries/hall/devices/e2e";

  Registry registry;
  GoogleIot platform;
  KeyPair keys;

  @BeforeEach
  void listen() throws Exception {
    keys = ec();
    registry = new Registry("plant-7", "us-central1", "hall");
    registry.with(Device.gateway("e2e", keys.getPublic()));
    for (int unit = 1; unit <= 9; unit++) {
      registry.with(Device.behind("e2e", "unit-" + unit));
    }
    platform = GoogleIot.listen(registry);
    write(keys);
  }

  @AfterEach
  void close() {
    platform.close();
  }

  static KeyPair ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  void write(KeyPair pair) throws IOException {
    write("device.pem", pair);
  }

  void write(String name, KeyPair pair) throws IOException {
    Path file = directory.resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String text = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
    Files.writeString(
        file, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
  }

  String uplink(String own, String... keys) {
    return """
      cloud:
        connector: clearblade
        url: "ssl://%s:%d"
        tls: { ca: "%s" }
        commands: true
        backoffFirst: 100ms
        backoffMax: 500ms
        %s
        clearblade: { project: plant-7, region: us-central1, registry: hall, key: device.pem, stateEvery: 1s, retry: 1s, %s }
    """
        .formatted(
            GoogleIot.HOST,
            platform.broker().port(),
            Bench.names().pki().certificate("ca"),
            String.join("\n    ", keys),
            own);
  }

  /** Everything that the platform took, read by a consumer of its own. */
  Ledger ledger() {
    return ledger("/devices/");
  }

  Ledger ledger(String topics) {
    var ledger = new Ledger();
    for (Received each : platform.broker().received()) {
      if (each.topic().startsWith(topics)
          && each.topic().contains("/events")
          && !each.topic().endsWith("/answers")) {
        ledger.add(Message.parse(each.topic(), each.payload().getBytes(), each.nanos()));
      }
    }
    return ledger;
  }

  @Override
  String seen() {
    return platform.broker().ended()
        + "\n"
        + ledger().missingRecords()
        + ledger().missingPolls()
        + platform.refusals();
  }

  Set<String> topics() {
    return platform.broker().received().stream()
        .map(Received::topic)
        .filter(topic -> topic.contains("/events"))
        .collect(Collectors.toSet());
  }

  List<String> endings() {
    return platform.broker().ended().stream().map(Ended::reason).toList();
  }

  /** What the devices had answered so far has arrived, all of it. */
  void awaitAll(Distribution gateway, LibmodbusServer server, String after) {
    Map<Integer, Long> answered = server.counters();
    await(
        gateway,
        "all of it after " + after,
        () -> {
          Ledger ledger = ledger();
          return answered.entrySet().stream()
                  .allMatch(each -> ledger.hasCounter("unit-" + each.getKey(), each.getValue()))
              && ledger.missingPolls().isEmpty()
              && ledger.missingRecords().isEmpty();
        });
    Ledger ledger = ledger();
    assertThat(ledger.violations()).as(after).isEmpty();
    System.out.printf(
        "clearblade %s: records=%d readings=%d history=%d duplicates=%d connects=%d%n",
        after,
        ledger.records(),
        ledger.readings(),
        ledger.historyRecords(),
        ledger.duplicates(),
        platform.broker().connects().size());
  }

  /** Counters that came more than once. */
  List<String> twice() {
    var seen = new HashSet<String>();
    var twice = new ArrayList<String>();
    for (Received each : platform.broker().received()) {
      if (each.topic().contains("/events") && !each.topic().endsWith("/answers")) {
        Message.parse(each.topic(), each.payload().getBytes(), each.nanos())
            .rows(
                (device, time, values, qualities) -> {
                  String one = device + " " + values.get(Ledger.COUNTER);
                  if (!seen.add(one)) {
                    twice.add(one);
                  }
                });
      }
    }
    return twice;
  }

  /** Why records were announced as missing. */
  List<String> gapReasons() {
    return platform.broker().received().stream()
        .filter(each -> each.topic().equals("/devices/e2e/events"))
        .map(each -> each.json().getJsonObject("gap"))
        .filter(Objects::nonNull)
        .map(gap -> gap.getString("reason"))
        .toList();
  }

  List<JsonObject> answers() {
    return platform.broker().received("/devices/e2e/events/answers").stream()
        .map(each -> each.json().getJsonObject("answer"))
        .toList();
  }
}

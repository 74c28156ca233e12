package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Bench;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway and a platform that is an emulation, for the tests that extend this. */
abstract class CloudRig {

  static final Duration LIMIT = Duration.ofSeconds(40);
  static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);
  static final int SETPOINT = 1_300;

  /** Return code of CONNACK. */
  static final int UNAVAILABLE = 3;

  @TempDir Path directory;

  /** What the platform knows, for a test that waits in vain. */
  String seen() {
    return "";
  }

  /** Names are looked up in a file of ours, so that TLS checks the real one. */
  static Distribution start(Site site, String... environment) {
    var prefix = new ArrayList<>(List.of(ChildProcess.locate("env")));
    prefix.add("SLUICE_JAVA=-Djdk.net.hosts.file=" + Bench.names().hostsFile());
    prefix.addAll(List.of(environment));
    Distribution gateway = Distribution.launch(site, site.write(), prefix);
    gateway.awaitAlive();
    return gateway;
  }

  /** The clock of a gateway, by a file; how durations are measured stays as it is. */
  static String[] clock(Path offset) throws IOException {
    return new String[] {
      "LD_PRELOAD=" + ClockAtBootTest.library(),
      "FAKETIME_TIMESTAMP_FILE=" + offset,
      "FAKETIME_DONT_FAKE_MONOTONIC=1",
      "FAKETIME_FORCE_MONOTONIC_FIX=0",
      "FAKETIME_CACHE_DURATION=1"
    };
  }

  static void resend(Site site) {
    String outbox = site.outbox().toString();
    try (var resend = Distribution.command("outbox", "dead", "resend", outbox, "--all")) {
      assertThat(resend.awaitExit(LIMIT)).as(resend.output()).isZero();
    }
  }

  void await(Distribution gateway, String what, BooleanSupplier condition) {
    Eventually.holds(what, LIMIT, condition, () -> seen() + "\n" + gateway.process().output());
  }

  /** Waits until the status of an uplink has this reason, and all of this in its detail. */
  void reason(Distribution gateway, String uplink, String word, String... details) {
    await(
        gateway,
        uplink + " " + word,
        () -> {
          JsonObject status = status(gateway, uplink);
          return word.equals(status.getString("reason"))
              && Stream.of(details).allMatch(status.getString("detail", "")::contains);
        });
  }

  static JsonObject status(Distribution gateway, String uplink) {
    return new JsonObject(gateway.page("/status")).getJsonObject("uplinks").getJsonObject(uplink);
  }

  /** One unit with its counter, and a point that can be written. */
  Site writable(LibmodbusServer modbus) {
    return new Site(directory)
        .line("plc", modbus.port())
        .deviceOf(
            "unit-1",
            "plc",
            1,
            List.of("every: 100ms", "timeout: 3s"),
            Map.of(
                "counter",
                "{ at: \"holding 0\", type: uint32 }",
                "setpoint",
                "{ at: \"holding " + SETPOINT + "\", type: uint16, writable: true }"))
        .linger("100ms");
  }

  /**
   * Counters up to what each unit had answered that never arrived.
   *
   * @param there the counters that arrived, by unit
   */
  static List<String> missing(Map<Integer, Long> answered, Function<Integer, Set<Long>> there) {
    var missing = new ArrayList<String>();
    answered.forEach(
        (unit, count) -> {
          Set<Long> arrived = there.apply(unit);
          for (long i = 1; i <= count; i++) {
            if (!arrived.contains(i)) {
              missing.add(unit + "/" + i);
            }
          }
        });
    return missing;
  }

  /**
   * Once it is clear that a refusal repeats, nobody asks more often than twice a minute.
   *
   * @param nanos when somebody asked
   * @param quick so many times it was not clear yet
   */
  static void spaced(int quick, List<Long> nanos) {
    assertThat(nanos.size()).as("%s", nanos).isBetween(2, 8);
    for (int i = quick; i < nanos.size(); i++) {
      assertThat(Duration.ofNanos(nanos.get(i) - nanos.get(i - 1)))
          .isGreaterThan(Duration.ofSeconds(29));
    }
  }
}

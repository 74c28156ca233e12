package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway as an Edge Node: commands, sudden death, and an outage of the broker. */
class SparkplugTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(TestRandom.LONG ? 60 : 5);
  private static final int SETPOINT = 1_300;

  /** Polls that had not been committed: linger, commit window, the poll under way. */
  private static final int LOST = 5;

  @TempDir Path directory;

  private static String uplink(String node, int port, boolean commands) {
    return """
          %s:
            connector: sparkplug
            url: "tcp://127.0.0.1:%d"
            commands: %s
            backoffFirst: 100ms
            backoffMax: 200ms
            sparkplug: { group: e2e, node: %s, primaryHost: %s }
        """
        .formatted(node, port, commands, node, SparkplugHost.ID);
  }

  @Test
  void aCommandIsWrittenOnceAndReadBackAndWhatAKilledGatewayStoredIsHistory() {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start();
        var host = new SparkplugHost("e2e").connect(mosquitto.port())) {
      Site site =
          new Site(directory)
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
              .uplinks(
                  uplink("may", mosquitto.port(), true) + uplink("deaf", mosquitto.port(), false))
              .linger("100ms");
      long last;
      try (var gateway = Distribution.start(site)) {
        await(
            host,
            gateway,
            "both born",
            () -> host.events().containsAll(List.of("DBIRTH may/unit-1", "DBIRTH deaf/unit-1")));
        host.command("deaf", "unit-1", "setpoint", 77);
        await(
            host,
            gateway,
            "refused",
            () ->
                gateway
                    .page("/metrics")
                    .lines()
                    .anyMatch(
                        line ->
                            line.startsWith("sluice_commands_refused_total{")
                                && line.contains("not_allowed")
                                && line.contains("deaf")
                                && line.endsWith(" 1.0")));
        host.command("may", "unit-1", "setpoint", 4_321);
        await(
            host,
            gateway,
            "read back",
            () ->
                host.readings().stream()
                    .anyMatch(
                        r ->
                            r.device().equals("may/unit-1")
                                && r.metric().equals("setpoint")
                                && r.value() == 4_321));
        assertThat(server.writes(1, SETPOINT)).isEqualTo(1);
        assertThat(host.readings())
            .noneMatch(reading -> reading.value() == 77 && reading.metric().equals("setpoint"));

        // The broker reads nothing for a while: what is read meanwhile stays in the outbox.
        mosquitto.process().signal("STOP");
        Eventually.pass(Duration.ofSeconds(1));
        gateway.process().killHard();
        last = server.counters().get(1);
        mosquitto.process().signal("CONT");
        await(host, gateway, "the will", () -> host.events().contains("NDEATH may 0"));
      }
      int before = host.readings().size();
      try (var gateway = Distribution.start(site)) {
        await(host, gateway, "born again", () -> host.events().contains("NBIRTH may 1"));
        await(
            host,
            gateway,
            "news",
            () ->
                counters(host.readings(), "may/unit-1").stream().anyMatch(each -> each > last + 2));
        // The newest come first.
        await(
            host,
            gateway,
            "what was stored",
            () -> unheardOf(last, counters(host.readings(), "may/unit-1")) <= LOST);
        gateway.stopInOrder();
      }
      Eventually.holds(
          "the last word of the gateway",
          LIMIT,
          () -> lastEvent(host).startsWith("NDEATH"),
          () -> host.events().toString());
      List<SparkplugHost.Reading> after =
          host.readings().subList(before, host.readings().size()).stream()
              .filter(r -> r.device().equals("may/unit-1") && r.metric().equals("counter"))
              .toList();
      assertThat(after)
          .filteredOn(r -> r.value() <= last)
          .as("stored before the kill")
          .isNotEmpty()
          .allMatch(SparkplugHost.Reading::historical);
      TreeSet<Long> all = counters(host.readings(), "may/unit-1");
      assertThat(unheardOf(last, all)).isLessThanOrEqualTo(LOST);
      assertThat(all.headSet(last - 5)).as("those before have no hole").hasSize((int) last - 6);
      assertThat(host.events()).noneMatch(e -> e.startsWith("UNBORN") || e.startsWith("MALFORMED"));
      assertThat(lastEvent(host)).startsWith("NDEATH");
    }
  }

  /** How many of the first counts never came. */
  private static long unheardOf(long last, TreeSet<Long> counters) {
    return last - counters.headSet(last, true).size();
  }

  private static String lastEvent(SparkplugHost host) {
    List<String> events = host.events();
    return events.get(events.size() - 1);
  }

  private static TreeSet<Long> counters(List<SparkplugHost.Reading> readings, String device) {
    var found = new TreeSet<Long>();
    for (SparkplugHost.Reading reading : readings) {
      if (reading.device().equals(device) && reading.metric().equals("counter")) {
        found.add(reading.value());
      }
    }
    return found;
  }

  @Test
  void anOutageOfTheBrokerUnderLoadLosesNothingAndWhatWasStoredIsHistory() {
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var host = new SparkplugHost("e2e").connect(mosquitto.port())) {
      Site site =
          Site.twoThousandReadings(directory, server)
              .uplinks(uplink("node", mosquitto.port(), false))
              .linger("100ms");
      try (var gateway = Distribution.start(site)) {
        await(host, gateway, "data", () -> host.readings().size() > 2_000);
        mosquitto.process().killHard();
        long stopped = System.currentTimeMillis();
        Eventually.pass(OUTAGE);
        long back = System.currentTimeMillis();
        Map<Integer, Long> answered = server.counters();
        mosquitto.start();
        host.connect(mosquitto.port());
        Eventually.holds(
            "all of it",
            LIMIT,
            () -> isAllThere(missing(host.readings(), answered), gateway),
            () ->
                missing(host.readings(), answered)
                    + "\nunheard "
                    + gateway.unheard()
                    + "\n"
                    + gateway.process().output());
        List<SparkplugHost.Reading> stored =
            host.readings().stream().filter(r -> r.time() > stopped && r.time() < back).toList();
        assertThat(stored).isNotEmpty().allMatch(SparkplugHost.Reading::historical);
        assertThat(host.events()).noneMatch(e -> e.startsWith("UNBORN"));
        System.out.printf(
            "sparkplug outage of %d s: readings=%d stored=%d missing=%d unheard=%d%n",
            OUTAGE.toSeconds(),
            host.readings().size(),
            stored.size(),
            missing(host.readings(), answered).size(),
            gateway.unheard());
        gateway.stopInOrder();
      }
    }
  }

  private static boolean isAllThere(List<String> missing, Distribution gateway) {
    return missing.isEmpty() || missing.size() <= gateway.unheard();
  }

  /** Counters up to what each unit had answered that never arrived as data. */
  private static List<String> missing(
      List<SparkplugHost.Reading> readings, Map<Integer, Long> answered) {
    var found = new TreeMap<String, TreeSet<Long>>();
    for (SparkplugHost.Reading reading : readings) {
      if (reading.metric().equals("counter")) {
        found.computeIfAbsent(reading.device(), key -> new TreeSet<>()).add(reading.value());
      }
    }
    var missing = new ArrayList<String>();
    answered.forEach(
        (unit, count) -> {
          TreeSet<Long> there = found.getOrDefault("node/unit-" + unit, new TreeSet<>());
          for (long i = 1; i <= count; i++) {
            if (!there.contains(i)) {
              missing.add(unit + "/" + i);
            }
          }
        });
    return missing;
  }

  private static void await(
      SparkplugHost host, Distribution gateway, String what, BooleanSupplier condition) {
    Eventually.holds(
        what, LIMIT, condition, () -> host.events() + "\n" + gateway.process().output());
  }
}

package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Ending;
import dev.sluice.e2e.cloud.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than AWS takes: in one message, and in one second. */
class AwsLimitsTest {

  private static final int LARGEST = 128 << 10;

  /** Of one unit, read in one poll; their long names make about 8 KB of it. */
  private static final int POINTS = 120;

  @TempDir Path directory;
  private AwsSite site;
  private LibmodbusServer server;

  @BeforeEach
  void start() {
    site = AwsSite.start(directory);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    site.close();
  }

  private Site plant(int units, String every, String... keys) {
    server = LibmodbusServer.start(units);
    var points = new LinkedHashMap<String, String>();
    points.put("counter", "{ at: \"holding 0\", type: uint32 }");
    for (int i = 2; i <= POINTS; i++) {
      points.put(
          "a_point_that_is_named_after_its_whole_path_in_the_drawing_" + i,
          "{ at: \"holding %d\", type: uint16 }".formatted(i));
    }
    Site plant = new Site(directory).line("plc", server.port());
    for (int unit = 1; unit <= units; unit++) {
      plant.deviceOf("unit-" + unit, "plc", unit, List.of("every: 100ms", "timeout: 3s"), points);
    }
    return plant.uplinks(AwsSite.uplink("cloud", Door.MQTT_PORT, keys));
  }

  private void await(String what, Duration limit, Distribution gateway, BooleanSupplier so) {
    Eventually.holds(
        what,
        limit,
        so,
        () -> site.aws.emulation().endings().all() + "\n" + gateway.process().output());
  }

  @Test
  void aRecordAboveTheLargestMessageComesInPartsAndCostsNoConnection() {
    Site plant = plant(4, "100ms", site.tls("gw")).linger("2s");
    try (var gateway = site.run(plant)) {
      await(
          "records in parts, each of them whole",
          AwsSite.LIMIT,
          gateway,
          () -> {
            Ledger ledger = site.ledger();
            return ledger.messages() > ledger.records() + 1
                && ledger.missingRecords().isEmpty()
                && ledger.unheard() <= gateway.unheard();
          });
      gateway.stopInOrder();
      assertThat(gateway.process().output()).doesNotContain("record set aside");
    }
    assertThat(site.aws.emulation().received().all())
        .extracting(each -> each.payload().length)
        .allMatch(length -> length <= LARGEST)
        .anyMatch(length -> length > LARGEST * 9 / 10);
    assertThat(site.ledger().violations()).isEmpty();
    assertThat(site.aws.emulation().endings().all())
        .extracting(Ending::reason)
        .containsOnly("DISCONNECT");
  }

  /** Its limits were raised here and not at AWS: a backlog of large messages ends connections. */
  @Test
  void whoSendsMoreThanTheAccountTakesIsCutSlowsDownAndLosesNothing() {
    if (!TestRandom.LONG) {
      System.out.println("aws, cut by the limit: only with -Dsluice.long=true");
      return;
    }
    Site plant =
        plant(2, "200ms", site.tls("gw"), "maxMessageRate: 0", "maxByteRate: 0B").linger("900ms");
    try (var gateway = site.run(plant)) {
      await("data", AwsSite.LIMIT, gateway, () -> site.ledger().records() > 2);
      site.aws.emulation().leave();
      Eventually.pass(Duration.ofSeconds(30));
      Map<Integer, Long> answered = server.counters();
      site.aws.emulation().comeBack();
      await(
          "all of it",
          Duration.ofSeconds(180),
          gateway,
          () ->
              site.ledger().missingRecords().isEmpty()
                  && site.ledger().unheard() <= gateway.unheard()
                  && answered.entrySet().stream()
                      .allMatch(
                          unit ->
                              site.ledger().isBeyond("unit-" + unit.getKey(), unit.getValue())));
      List<Received> over = site.aws.throttled().all();
      gateway.stopInOrder();
      Ledger ledger = site.ledger();
      List<Ending> cut =
          site.aws.emulation().endings().all().stream()
              .filter(each -> each.reason().equals("published too fast"))
              .toList();
      System.out.printf(
          "aws cut by the limit: %d times, records=%d duplicates=%d above=%d%n",
          cut.size(), ledger.records(), ledger.duplicates(), over.size());
      assertThat(cut).isNotEmpty().hasSizeLessThan(10);
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.violations()).isEmpty();
      assertThat(gateway.process().output())
          .contains("reason=throttled")
          .doesNotContain("reason=taken_over")
          .doesNotContain("reason=publish_refused")
          .doesNotContain("record set aside");
    }
  }
}

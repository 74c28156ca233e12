package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise that a reading which the outbox accepted survives the death of the gateway. */
class KillTest {

  private static final int KILLS = TestRandom.LONG ? 200 : 5;

  /** What may be lost is younger than this: linger + commit window + the fsync under way. */
  private static final long WINDOW_MILLIS = 900 + 50 + 50;

  private static final long POLL_MILLIS = 250;

  /** Polls in that window, and the one that the device answered to nobody. */
  private static final long POLLS_AT_RISK = (WINDOW_MILLIS + POLL_MILLIS - 1) / POLL_MILLIS + 1;

  /** The cursor is synced every second; the sync itself and the tap's distance come on top. */
  private static final long CURSOR_SYNC_NANOS = Duration.ofMillis(1_250).toNanos();

  /**
   * A kill: between which epoch milliseconds, what had been sent by then, and how much of that may
   * be sent again.
   */
  private record Kill(long before, long after, int publishes, long mayRepeat) {}

  @TempDir Path directory;

  @Test
  void aKilledGatewayLosesNothingThatItsOutboxAcceptedAndRepeatsOnlyItsWindow() {
    Random random = TestRandom.create("KillTest");
    var kills = new ArrayList<Kill>();
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port());
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          Site.twoThousandReadings(directory, server)
              .uplink(tap.port(), "backoffFirst: 200ms", "backoffMax: 1s");
      for (int i = 0; i < KILLS; i++) {
        try (var gateway = Distribution.start(site)) {
          awaitNewAcknowledgement(tap, gateway);
          Eventually.pass(Duration.ofMillis(500 + random.nextInt(2_500)));
          long nanos = System.nanoTime();
          long millis = System.currentTimeMillis();
          gateway.process().killHard();
          kills.add(record(tap, nanos, millis));
        }
      }
      try (var gateway = Distribution.start(site)) {
        awaitNewAcknowledgement(tap, gateway);
        Eventually.pass(Duration.ofSeconds(3));
        // The newest come first.
        Eventually.holds(
            "all that was stored arrives",
            Duration.ofSeconds(30),
            () -> subscriber.ledger().missingRecords().isEmpty(),
            gateway.process()::output);
        gateway.stopInOrder();
      }
      judge(subscriber.ledger(), tap, kills);
    }
  }

  private static void awaitNewAcknowledgement(MqttTap tap, Distribution gateway) {
    int before = tap.records(true).size();
    Eventually.holds(
        "a new record acknowledged",
        Duration.ofSeconds(30),
        () -> tap.records(true).size() > before,
        gateway.process()::output);
  }

  /** What a gateway leaves that has just been killed, not before these times. */
  private static Kill record(MqttTap tap, long nanos, long millis) {
    List<MqttTap.Publish> sent = tap.publishes();
    var repeat = new HashSet<String>();
    for (MqttTap.Publish publish : sent) {
      boolean unsynced = publish.ackNanos() == 0 || publish.ackNanos() - nanos > -CURSOR_SYNC_NANOS;
      if (publish.message.isRecord() && unsynced) {
        repeat.add(publish.key());
      }
    }
    return new Kill(millis, System.currentTimeMillis(), sent.size(), repeat.size());
  }

  private static void judge(Ledger ledger, MqttTap tap, List<Kill> kills) {
    // Everything that passed the tap with a PUBACK has reached the broker; wait for its delivery.
    long acknowledged = tap.records(true).size();
    Eventually.holds(
        "the subscriber has what the broker acknowledged",
        Duration.ofSeconds(10),
        () -> ledger.records() >= acknowledged);
    List<Ledger.Missing> missing = ledger.missingPolls();
    long worst = 0;
    for (Ledger.Missing polls : missing) {
      // A gateway that is killed again before this device's first record costs a window each time.
      List<Kill> during =
          kills.stream()
              .filter(k -> polls.before() <= k.after && k.before <= polls.after())
              .toList();
      assertThat(during).as("lost without a kill: %s", polls).isNotEmpty();
      Kill kill = during.get(0);
      long age = kill.before - polls.before();
      worst = Math.max(worst, age);
      assertThat(polls.count())
          .as("%s at %s", polls, kill)
          .isLessThanOrEqualTo(POLLS_AT_RISK * during.size());
      assertThat(age).as("%s at %s", polls, kill).isLessThan(WINDOW_MILLIS + 2 * POLL_MILLIS);
    }
    long repeated = judgeRepeats(tap.publishes(), kills);
    System.out.printf(
        "kill -9: kills=%d records=%d readings=%d streams=%d missing_records=%d missing_polls=%d"
            + " oldest_lost_ms=%d repeated_records=%d%n",
        kills.size(),
        ledger.records(),
        ledger.readings(),
        ledger.streamCount(),
        ledger.missingRecords().size(),
        missing.stream().mapToLong(Ledger.Missing::count).sum(),
        worst,
        repeated);
    assertThat(ledger.missingRecords()).isEmpty();
    assertThat(ledger.violations()).isEmpty();
    assertThat(ledger.counterRange()).hasSize(10);
  }

  private static long judgeRepeats(List<MqttTap.Publish> publishes, List<Kill> kills) {
    Set<String> known = new HashSet<>();
    long all = 0;
    for (int run = 0; run <= kills.size(); run++) {
      int from = run == 0 ? 0 : kills.get(run - 1).publishes;
      int to = run == kills.size() ? publishes.size() : kills.get(run).publishes;
      var repeated = new HashSet<String>();
      var sent = new HashSet<String>();
      for (MqttTap.Publish publish : publishes.subList(from, to)) {
        if (publish.message.isRecord()) {
          if (known.contains(publish.key())) {
            repeated.add(publish.key());
          }
          sent.add(publish.key());
        }
      }
      if (run > 0) {
        Kill kill = kills.get(run - 1);
        System.out.printf(
            "kill %d: repeated=%d of at most %d%n", run, repeated.size(), kill.mayRepeat);
        assertThat((long) repeated.size()).as("%s", kill).isLessThanOrEqualTo(kill.mayRepeat);
      }
      all += repeated.size();
      known.addAll(sent);
    }
    return all;
  }
}

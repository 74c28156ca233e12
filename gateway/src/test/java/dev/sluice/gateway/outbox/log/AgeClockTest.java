package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** D12: nothing expires because a clock jumped. The bound is 30 days. */
class AgeClockTest {

  private static final String UPLINK = "cloud";
  private static final Duration TEN_YEARS = Duration.ofDays(3650);

  private final Plant plant = new Plant();

  /** Three segments of a former process and one of this; what expires is counted. */
  private Log withBacklog() throws IOException {
    for (int process = 0; process < 3; process++) {
      try (Log log = plant.open()) {
        log.cursor(UPLINK);
        log.commit(List.of(Plant.entry(process, 100)));
        plant.clock.pass(Duration.ofMinutes(1));
      }
    }
    Log log = plant.open();
    log.commit(List.of(Plant.entry(9, 100)));
    log.expire(); // as the outbox does first of all: what time is it?
    return log;
  }

  private void pass(Log log, Duration time) throws IOException {
    Duration step = Duration.ofSeconds(10);
    long steps = Math.min(200, time.dividedBy(step));
    for (long i = 0; i < steps; i++) {
      plant.clock.pass(step);
      log.expire();
    }
    plant.clock.pass(time.minus(step.multipliedBy(steps)));
    log.expire();
    for (int i = 0; i < 100; i++) { // settled again, if it was not
      plant.clock.pass(step);
      log.expire();
    }
  }

  @Test
  void whatIsOldExpires() throws IOException {
    try (Log log = withBacklog()) {
      pass(log, Duration.ofDays(29));
      assertThat(log.stats().evictedRecords()).isZero();
      pass(log, Duration.ofDays(2));
      assertThat(log.stats().evictedRecords()).isEqualTo(3 + 1);
    }
  }

  @Test
  void aStepForwardAgesNothingHoweverLongItStays() throws IOException {
    try (Log log = withBacklog()) {
      for (Duration step : List.of(Duration.ofHours(1), TEN_YEARS, TEN_YEARS)) {
        pass(log, Duration.ofDays(1));
        plant.clock.step(step);
        pass(log, Duration.ofDays(1));
      }
      assertThat(log.stats().evictedRecords()).isZero();
      pass(log, Duration.ofDays(25));
      assertThat(log.stats().evictedRecords()).as("after 31 days").isEqualTo(3 + 1);
    }
  }

  /** The system may even believe it. */
  @Test
  void aStepForwardWhileTheClockWasNotTrustedAgesNothing() throws IOException {
    try (Log log = withBacklog()) {
      pass(log, Duration.ofDays(1));
      plant.clock.trusted = false;
      log.expire();
      plant.clock.step(TEN_YEARS);
      pass(log, Duration.ofDays(1));
      plant.clock.trusted = true;
      pass(log, Duration.ofDays(1));
      assertThat(log.stats().evictedRecords()).isZero();
    }
  }

  @Test
  void anySequenceOfStepsAgesNothing() throws IOException {
    Random random = new Random(Plant.seed());
    int rounds = Plant.thorough() ? 200 : 5;
    for (int round = 0; round < rounds; round++) {
      var one = new AgeClockTest();
      try (Log log = one.withBacklog()) {
        for (int i = 0; i < 20; i++) {
          one.plant.clock.trusted = random.nextInt(4) > 0;
          one.plant.clock.step(
              Duration.ofHours(random.nextInt(4) == 0 ? 1 : random.nextInt(-87_600, 87_600)));
          one.pass(log, Duration.ofMinutes(random.nextInt(1, 2_000)));
        }
        assertThat(log.stats().evictedRecords()).isZero();
      }
    }
  }

  /** Boot in 1970, then NTP. */
  @Test
  void recordsOfABootWithoutTimeDoNotExpireWhenTimeComes() throws IOException {
    plant.clock.millis = 0;
    plant.clock.trusted = false;
    try (Log log = withBacklog()) {
      pass(log, Duration.ofDays(1));
      plant.clock.millis = 1_700_000_000_000L;
      plant.clock.trusted = true;
      pass(log, Duration.ofDays(28));
      assertThat(log.stats().evictedRecords()).isZero();
    }
  }
}

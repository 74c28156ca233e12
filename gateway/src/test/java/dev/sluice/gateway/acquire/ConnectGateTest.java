package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConnectGateTest {

  private long now = 5_000_000_000L;

  private final TimeSource time =
      new TimeSource() {
        @Override
        public long nanoTime() {
          return now;
        }

        @Override
        public boolean trusted() {
          return false;
        }

        @Override
        public Instant instant() {
          return Instant.EPOCH;
        }
      };

  @Test
  void fiveHundredLinesThatComeAtOnceAreSpreadOverTenSeconds() {
    var gate = new ConnectGate(time, 50);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      waits.add(gate.reserveMillis());
    }

    for (int second = 0; second < 10; second++) {
      long from = second * 1000L;
      assertThat(waits.stream().filter(wait -> wait >= from && wait < from + 1000)).hasSize(50);
    }
  }

  @Test
  void aLoneLineConnectsAtOnce() {
    var gate = new ConnectGate(time, 50);
    gate.reserveMillis();
    now += 1_000_000_000L;

    assertThat(gate.reserveMillis()).isZero();
  }

  @Test
  void waitsDoubleToTheirMaximumAndAreDrawnFromTheAllowedShare() {
    var probes =
        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), 0.5, new SplittableRandom(7));
    for (long end : new long[] {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
      assertThat(probes.nextMillis()).isBetween(end / 2, end);
    }
    probes.reset();
    assertThat(probes.nextMillis()).isBetween(500L, 1000L);
  }
}

package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.TimeSource;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a driver may hold polls before the host gives them up. */
class FlightsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final class Hands implements TimeSource {
    private long nanos;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(0, nanos);
    }
  }

  private record Costly(long busNanos) implements Poll {
    @Override
    public int[] points() {
      return new int[0];
    }

    @Override
    public String describe() {
      return "poll of " + busNanos + " ns";
    }
  }

  private final Hands time = new Hands();

  private Flight flight(Duration cost) {
    var settings = new DeviceSettings("meter", new JsonObject(), List.of());
    var device =
        new DeviceLoop(
            new DeviceSpec("line", settings, TIMEOUT, 1, List.of()),
            null,
            new DeviceHost("meter", Buffer.buffer(), null, () -> {}),
            null,
            time,
            null);
    var poll = new ScheduledPoll(device, new Costly(cost.toNanos()), 1, 0, 0);
    return new Flight(poll, PollClass.POLL, 0);
  }

  /** What is given up when looked at some time after the start, twice as the watchdog does. */
  private List<Flight> overdueAfter(Flights flights, Duration held) {
    time.nanos = held.toNanos();
    assertThat(flights.overdue()).as("seen for the first time").isEmpty();
    return flights.overdue();
  }

  @Test
  void aPollThatWaitsForAnotherAndForBothTheirPausesIsNotGivenUp() {
    var flights = new Flights(2, time);
    Flight first = flight(Duration.ofMillis(5_020));
    Flight second = flight(Duration.ofMillis(5_020));
    flights.begin(first);
    flights.begin(second);

    assertThat(overdueAfter(flights, Duration.ofMillis(2 * 5_020))).isEmpty();
    assertThat(flights.end(first)).isTrue();
    assertThat(flights.end(second)).as("its values count").isTrue();
  }

  @Test
  void theNeighboursPauseCountsTooOnALineThatQueues() {
    var flights = new Flights(2, time);
    flights.begin(flight(Duration.ofSeconds(10)));
    flights.begin(flight(Duration.ofMillis(20)));

    assertThat(overdueAfter(flights, Duration.ofSeconds(11))).isEmpty();
  }

  @Test
  void whatCostsNothingIsGivenUpSoonAfterItsTimeout() {
    var flights = new Flights(1, time);
    Flight held = flight(Duration.ZERO);
    flights.begin(held);

    assertThat(overdueAfter(flights, TIMEOUT.plusMillis(1_001))).containsExactly(held);
  }
}

package dev.sluice.gateway.acquire;

import dev.sluice.driver.TimeSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The attempts under way on a line, and how long each may be. On the line's context. */
final class Flights {

  /** How long over its time a driver may hold a poll before it is given up as a driver's bug. */
  private static final long GRACE_NANOS = 1_000_000_000L;

  private final int concurrency;
  private final TimeSource time;
  private final Set<Flight> underWay = new HashSet<>();

  Flights(int concurrency, TimeSource time) {
    this.concurrency = concurrency;
    this.time = time;
  }

  int size() {
    return underWay.size();
  }

  void begin(Flight flight) {
    flight.startNanos = time.nanoTime();
    flight.seenOverdue = false;
    flight.overdueNanos = flight.startNanos + patience(flight) + GRACE_NANOS;
    underWay.add(flight);
  }

  /** Ends an attempt; false if it was given up before. */
  boolean end(Flight flight) {
    return underWay.remove(flight);
  }

  /** On a line that queues, it may wait for those before it and for a device's late reply. */
  private long patience(Flight flight) {
    long longest = turn(flight);
    if (concurrency == 1) {
      return longest;
    }
    for (Flight other : underWay) {
      longest = Math.max(longest, turn(other));
    }
    return 2L * concurrency * longest;
  }

  /** The timeout ends with the reply; pauses that the medium demands come on top of it. */
  private static long turn(Flight flight) {
    return flight.poll.device.spec.timeout().toNanos() + flight.poll.poll.busNanos();
  }

  /**
   * Those that should have ended long ago, seen so for the second time: after a pause of the whole
   * process the driver's own timers are as late as the caller's, and have to come first.
   */
  List<Flight> overdue() {
    long now = time.nanoTime();
    List<Flight> late = underWay.stream().filter(flight -> now - flight.overdueNanos > 0).toList();
    List<Flight> again = late.stream().filter(flight -> flight.seenOverdue).toList();
    late.forEach(flight -> flight.seenOverdue = true);
    return again;
  }
}

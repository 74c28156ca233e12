package dev.sluice.simulator.device;

import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.FaultOrder;
import dev.sluice.simulator.spec.FaultStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a device now: what was last set by hand, for good or for a time; else what its
 * schedule says. Any thread.
 */
public final class FaultSwitch {

  private record ByHand(Fault fault, long untilNanos) {}

  private final List<FaultStep> schedule;
  private final PlantClock clock;
  private volatile @Nullable ByHand byHand;

  public FaultSwitch(List<FaultStep> schedule, PlantClock clock) {
    this.schedule = List.copyOf(schedule);
    this.clock = clock;
  }

  public void set(FaultOrder order) {
    Duration length = order.length();
    long until = length == null ? Long.MAX_VALUE : clock.nanos() + length.toNanos();
    byHand = new ByHand(order.fault(), until);
  }

  public Fault now() {
    ByHand set = byHand;
    long nanos = clock.nanos();
    if (set != null && nanos < set.untilNanos) {
      return set.fault;
    }
    for (FaultStep step : schedule) {
      if (step.covers(nanos)) {
        return step.fault();
      }
    }
    return Fault.NONE;
  }
}

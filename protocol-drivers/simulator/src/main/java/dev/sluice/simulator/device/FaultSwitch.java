package dev.sluice.simulator.device;

import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.FaultStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a device now: what was last set by hand, for good; until then what its
 * schedule says. Any thread.
 */
public final class FaultSwitch {

  private final List<FaultStep> schedule;
  private final PlantClock clock;
  private volatile @Nullable Fault byHand;

  public FaultSwitch(List<FaultStep> schedule, PlantClock clock) {
    this.schedule = List.copyOf(schedule);
    this.clock = clock;
  }

  public void set(Fault fault) {
    byHand = fault;
  }

  public Fault now() {
    Fault set = byHand;
    if (set != null) {
      return set;
    }
    long nanos = clock.nanos();
    for (FaultStep step : schedule) {
      if (step.covers(nanos)) {
        return step.fault();
      }
    }
    return Fault.NONE;
  }
}

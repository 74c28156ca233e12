package dev.sluice.simulator.device;

/** The time of a plant: monotonic, 0 when it begins. Any thread. */
@FunctionalInterface
public interface PlantClock {

  /** Nanoseconds since the plant began, not negative. */
  long nanos();

  /** A clock that begins now. */
  static PlantClock start() {
    long began = System.nanoTime();
    return () -> System.nanoTime() - began;
  }
}

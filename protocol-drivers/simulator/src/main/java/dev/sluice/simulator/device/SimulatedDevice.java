package dev.sluice.simulator.device;

import dev.sluice.simulator.spec.DeviceSpec;

/** A device while the plant runs. Any thread. */
public interface SimulatedDevice {

  DeviceSpec spec();

  /** How many polls that read its counter it answered; the counter's value in the last of them. */
  long answered();

  FaultSwitch fault();
}

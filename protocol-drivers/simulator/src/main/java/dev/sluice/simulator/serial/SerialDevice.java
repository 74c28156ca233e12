package dev.sluice.simulator.serial;

import dev.sluice.simulator.device.SimulatedDevice;

/** A device on a serial line. Its values are made on the line's thread. */
public interface SerialDevice extends SimulatedDevice {

  /**
   * Sets the counter back to what it was: what was made since cannot be used by anybody. For the
   * line's thread.
   */
  void recount(long answered);
}

package dev.sluice.driver.text;

/** Counts what a device does that concerns no single poll. */
interface DeviceCounts {

  /** As {@link dev.sluice.driver.DeviceContext#count}. */
  void count(String event, long count);
}

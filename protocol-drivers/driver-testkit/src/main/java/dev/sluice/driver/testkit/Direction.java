package dev.sluice.driver.testkit;

/** Which way bytes go through a {@link FaultProxy}. */
public enum Direction {
  /** From the one who connected to the one behind the proxy: requests of a driver. */
  TO_SERVER,
  /** Back: the replies of a device. */
  TO_CLIENT
}

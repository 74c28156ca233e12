package dev.sluice.simulator.device;

import java.util.List;

/** What is reached through one port while the plant runs. */
public interface SimulatedLine {

  String id();

  /**
   * Where a gateway finds it: the number of a TCP port of loopback, or the path of a device file;
   * "0" before it is deployed.
   */
  String port();

  List<? extends SimulatedDevice> devices();
}

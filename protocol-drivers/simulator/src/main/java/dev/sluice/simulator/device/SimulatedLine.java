package dev.sluice.simulator.device;

import java.util.List;

/** What listens on one port of loopback while the plant runs. */
public interface SimulatedLine {

  String id();

  /** The port that it listens on; 0 before it is deployed. */
  int port();

  List<? extends SimulatedDevice> devices();
}
